"""Draws avatar-sheet.jpg: what `reels avatar show ada` draws, both sheets side by side.

    python docs/make_avatar_sheet.py
"""

import tempfile
from pathlib import Path

from PIL import Image

from flows.cli import main as reels

AVATAR = "ada"
"""Whose sheets are shown."""
TARGET = Path(__file__).with_name("avatar-sheet.jpg")
HEIGHT_PX = 1180
"""Height of a sheet on the page."""
QUALITY = 84
"""Of the JPEG: small print stays sharp, the file below 400 KB."""


def main() -> None:
    """Draws the sheets with the command line and lays them side by side."""
    with tempfile.TemporaryDirectory() as folder:
        reels(["avatar", "show", AVATAR, "--out", str(Path(folder, "rig.png"))])
        sheets = []
        for name in ("rig.png", "rig-visemes.png"):
            with Image.open(Path(folder, name)) as picture:
                width = round(picture.width * HEIGHT_PX / picture.height)
                sheets.append(picture.resize((width, HEIGHT_PX), Image.Resampling.LANCZOS))
    page = Image.new("RGB", (sum(sheet.width for sheet in sheets), HEIGHT_PX))
    page.paste(sheets[0], (0, 0))
    page.paste(sheets[1], (sheets[0].width, 0))
    page.save(TARGET, quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
