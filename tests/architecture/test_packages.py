"""`flows` and `tasks` are generic names: nothing else in the environment may answer to them."""

import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import flows
import tasks

CHECKOUT = Path(__file__).resolve().parents[2]
OWN = "avatar-reels"


@pytest.fixture(scope="module")
def providers() -> dict[str, list[str]]:
    """Top-level package -> distributions that install it."""
    return dict(packages_distributions())


class TestTopLevelNames:
    """The two top-level packages."""

    @pytest.mark.parametrize("room", ["flows", "tasks"])
    def test_no_other_distribution_provides_it(self, room: str, providers: dict[str, list[str]]) -> None:
        """A package of the same name from elsewhere would be imported instead of ours, or mixed with it."""
        assert set(providers.get(room, [])) <= {OWN}

    @pytest.mark.parametrize("package", [flows, tasks])
    def test_it_comes_from_this_checkout(self, package: object) -> None:
        """The environment is installed editable from this checkout, not from a copy."""
        assert Path(str(package.__file__)).is_relative_to(CHECKOUT)  # type: ignore[attr-defined]

    def test_flows_hide_no_package(self, providers: dict[str, list[str]]) -> None:
        """A flow named like a package would hide it wherever the folder itself is on the path."""
        names = {path.stem for path in (CHECKOUT / "flows").glob("*.py")} - {"__init__"}
        assert names & (set(providers) | set(sys.stdlib_module_names)) == set()
