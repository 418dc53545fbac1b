"""The program without Prefect that the cost of orchestration is measured against."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
LOOKS = """
import json, sys, types
from benchmarks.plain_reel import Hollow, HollowLoader
sys.meta_path.insert(0, HollowLoader())
from flows import produce_reel
real = [name for name, module in sys.modules.items() if name.split(".")[0] == "prefect" and not isinstance(module, Hollow)]
print(json.dumps([real, isinstance(sys.modules["prefect"], Hollow), isinstance(produce_reel.measure, types.FunctionType)]))
"""


def test_no_module_of_prefect_is_real_and_stages_are_plain_functions() -> None:
    """Otherwise a part of what orchestration costs would be taken for the stages' own."""
    done = subprocess.run([sys.executable, "-c", LOOKS], cwd=CHECKOUT, capture_output=True, text=True, timeout=120,
                          check=True)
    assert done.stdout.strip() == "[[], true, true]"
