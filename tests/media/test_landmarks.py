"""Loading the face mesh: quick and silent."""

import subprocess
import sys

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
