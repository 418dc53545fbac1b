"""Draws brands.jpg: the specimen sheets of the brand kits that come with the program, side by side.

    python docs/make_brands.py
"""

import tempfile
from pathlib import Path

from PIL import Image

from flows.brands import draw_specimen
from tasks.runtime.settings import Settings

BRANDS = ("default", "midnight")
"""From left to right."""
TARGET = Path(__file__).with_name("brands.jpg")
WIDTH_PX = 1000
"""Width of one sheet on the page."""
QUALITY = 84
"""Of the JPEG: small print stays sharp, the file below half a megabyte."""


def main() -> None:
    """Draws the sheets with the engines that make reels."""
    with tempfile.TemporaryDirectory() as folder:
        sheets = []
        for name in BRANDS:
            path = Path(folder, f"{name}.png")
            width, height = draw_specimen(name, path, Settings(home=Path(folder, "home")))
            with Image.open(path) as picture:
                sheets.append(picture.resize((WIDTH_PX, round(WIDTH_PX * height / width)), Image.Resampling.LANCZOS))
    page = Image.new("RGB", (WIDTH_PX * len(sheets), max(sheet.height for sheet in sheets)))
    for index, sheet in enumerate(sheets):
        page.paste(sheet, (index * WIDTH_PX, 0))
    page.save(TARGET, quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
