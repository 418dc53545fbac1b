"""The flow itself, apart from what its stages make."""

import subprocess
import sys
from pathlib import Path

from prefect import Flow

from flows.produce_reel import produce_reel
from tasks.domain.script import Beat, Script

CHECKOUT = Path(__file__).parents[2]
KEEPS = """
import sys
from flows.produce_reel import produce_reel
produce_reel.serialize_parameters({"script": "One two three."})
print({"fastapi", "starlette.applications"} & sys.modules.keys())
"""


def test_parameters_are_kept_as_prefect_itself_would_keep_them() -> None:
    """The server shows the same of a run, whoever turned its parameters into JSON."""
    script = Script(title="Kept", beats=(Beat(say="Hello there.", direct="smile"),), seed=3)
    given = {"script": script, "engines": {"speech": "tone"}, "publish": ["nowhere"], "seed": None, "strict": True}
    assert produce_reel.serialize_parameters(given) == Flow.serialize_parameters(produce_reel, given)


def test_no_web_framework_is_imported_to_keep_them() -> None:
    """Its import alone costs 0.15 s."""
    done = subprocess.run([sys.executable, "-c", KEEPS], cwd=CHECKOUT, capture_output=True, text=True, timeout=120,
                          check=True)
    assert done.stdout.strip() == "set()"
