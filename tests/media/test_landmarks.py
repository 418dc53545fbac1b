"""Loading the face mesh: quick and silent."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tasks.media.landmarks import quiet_stderr

QUESTION = """
import sys
import numpy as np
from tasks.media.landmarks import FaceMesh
with FaceMesh() as mesh:
    assert mesh.find(np.zeros((256, 256, 3), np.uint8)) == []
print([name for name in sys.modules if name.startswith("matplotlib")])
"""


def test_face_mesh_neither_plots_nor_chatters() -> None:
    """The plotting library is not imported, and the models' native log stays off the terminal."""
    asked = subprocess.run([sys.executable, "-c", QUESTION], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "[]"
    assert asked.stderr == ""


def test_terminal_is_back_after_two_threads_were_silent_at_once() -> None:
    """The first that came leaves first, as threads do that look at the frames of a film in turn."""
    terminal = os.fstat(2)
    first, second = ExitStack(), ExitStack()
    first.enter_context(quiet_stderr())
    second.enter_context(quiet_stderr())
    first.close()
    assert os.path.samestat(os.fstat(2), Path(os.devnull).stat())
    second.close()
    assert os.path.samestat(os.fstat(2), terminal)
