"""What the repository may contain: files of a size to read, and no address of an index."""

import ast
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
"""Past this a file holds more than one thing."""
MOST_FUNCTION_LINES = 60
"""Past this a function is split."""
MOST_BYTES = 4 * 2**20
"""Past this a file belongs elsewhere than in a repository that everyone clones."""
REQUIREMENTS = ("requirements.txt", "requirements-piper.txt", "requirements-dev.txt", "requirements-models.txt")

MODULES = sorted(path.relative_to(CHECKOUT) for room in ("flows", "tasks") for path in (CHECKOUT / room).rglob("*.py"))


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Every file that is, or could be, committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no git checkout: {error}")
    return [path for name in done.stdout.split("\0") if name and (path := CHECKOUT / name).is_file()]


class TestModules:
    """Source files of the program."""

    def test_files_are_short(self) -> None:
        """One engine, one family of models or one metric a file."""
        lengths = {str(path): len((CHECKOUT / path).read_text("utf-8").splitlines()) for path in MODULES}
        assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}

    def test_functions_are_short(self) -> None:
        """No function goes past a screen."""
        long = {f"{path}:{node.name}": node.end_lineno - node.lineno + 1
                for path in MODULES for node in ast.walk(ast.parse((CHECKOUT / path).read_text("utf-8")))
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and node.end_lineno is not None and node.end_lineno - node.lineno >= MOST_FUNCTION_LINES}
        assert long == {}


class TestRepository:
    """All files together."""

    def test_no_file_is_large(self, tracked: list[Path]) -> None:
        """Nobody downloads films or models by cloning."""
        assert {path.name: size for path in tracked if (size := path.stat().st_size) >= MOST_BYTES} == {}

    def test_tests_are_no_package(self, tracked: list[Path]) -> None:
        """Test files are imported one by one, so two of the same name do not meet."""
        tests = CHECKOUT / "tests"
        assert [path for path in tracked if path.is_relative_to(tests) and path.name == "__init__.py"] == []

    def test_no_lock_file_names_an_index(self, tracked: list[Path]) -> None:
        """uv.lock would write the address of whoever locked into the repository."""
        assert [path for path in tracked if path.name in ("uv.lock", "poetry.lock", "Pipfile.lock")] == []

    @pytest.mark.parametrize("name", REQUIREMENTS)
    def test_requirements_contain_no_address(self, name: str) -> None:
        """Packages come from whatever index the reader's machine uses, checked by hash."""
        lines = (CHECKOUT / name).read_text("utf-8").splitlines()
        assert [line for line in lines if "://" in line or " @ " in line or line.lstrip().startswith(("-i", "-f", "--index",
                "--extra-index", "--find-links", "--trusted-host"))] == []
        assert any(line.strip().startswith("--hash=sha256:") for line in lines)
