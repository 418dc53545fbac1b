"""prefect.yaml: Prefect ignores misspelt keys, so a test must not."""

from importlib import import_module
from pathlib import Path

import pytest
import yaml
from prefect import Flow
from prefect.cli.deploy._models import DeploymentConfig

DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text("utf-8"))


@pytest.mark.parametrize("deployment", DOCUMENT["deployments"], ids=lambda deployment: deployment["name"])
class TestDeployments:
    """Every deployment of the file."""

    def test_has_no_key_that_prefect_would_ignore(self, deployment: dict[str, object]) -> None:
        """A misspelt key would be dropped without a word."""
        assert deployment.keys() <= DeploymentConfig.model_fields.keys()

    def test_entrypoint_is_a_flow_named_by_dots(self, deployment: dict[str, str]) -> None:
        """The form with a file path would load the flow twice under two names."""
        module, _, name = deployment["entrypoint"].rpartition(".")
        assert isinstance(getattr(import_module(module), name), Flow)

    def test_parameters_are_the_flows_own(self, deployment: dict[str, object]) -> None:
        """A default for a parameter that does not exist would fail at the first run."""
        module, _, name = str(deployment["entrypoint"]).rpartition(".")
        assert set(deployment["parameters"]) <= set(getattr(import_module(module), name).parameters.properties)  # type: ignore[call-overload]


def test_nothing_is_pulled() -> None:
    """A worker runs the code that is installed, not a copy of a folder."""
    assert DOCUMENT["pull"] == []
