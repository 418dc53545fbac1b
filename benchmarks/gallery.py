"""Makes the reels of the gallery, a contact sheet of each, and the page that shows them.

    .venv/bin/python -m benchmarks.gallery                # all
    .venv/bin/python -m benchmarks.gallery moon water     # some; the page keeps the others' figures

Every reel is made by `reels make` as a user would; figures come from its manifest.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from PIL import Image

from benchmarks.contact_sheet import GAP_PX, PAPER, frames
from tasks.domain.reel import Manifest
from tasks.script.parse import read_script

REELS = Path(sys.executable).with_name("reels")
SCRIPTS = (Path("examples/three-habits.yaml"), *sorted(Path("examples/gallery").glob("*.yaml")),
           Path("examples/moon-distance.md"))
"""What is made, in the order of the page."""
MORE = {"product": ("--engine", "animation=kenburns")}
"""What a reel is made with besides its script."""
FOLDER = Path("docs/gallery")
COLUMNS = 8
CELL_PX = (216, 384)
"""Size of one frame on a sheet, (width, height)."""
FACES = {
    "ada": "Ada, front view: nothing disturbs at this size; for f and v her teeth lie on the lip, a little grey.",
    "kofi": "Kofi: moustache and beard move with lip and jaw; the hairs of the beard are stretched a little at an open ah.",
    "mei": "Mei: hair that falls over the cheeks stays with the skull and does not swing.",
    "mona-lisa":
        "Mona Lisa (Leonardo da Vinci): the inside of the mouth is as soft and yellow as the painting; her teeth and"
        " the red of her lips are a guess, which f and v show too, and the mouth behind them is nearly black at a wide ah.",
    "girl-with-a-pearl-earring":
        "Girl with a Pearl Earring (Johannes Vermeer), turned by 33 degrees: her parted lips close and the far half of the"
        " mouth stays the narrower one; half closed lids show a light streak, and a turn stronger than any reel's shows at"
        " the far cheek.",
    "bouguereau-child":
        "A painted child (William-Adolphe Bouguereau), a face 138 pixels wide: everything is soft, as the picture is; closed"
        " lids stay as dark as the shadow above these eyes, and the teeth look a little cool.",
}
"""Sheets of faces -> what a critical viewer sees on them."""
FIGURES = ("loudness", "true_peak", "music_below_voice", "caption_contrast", "captions_reading_speed", "caption_zone",
           "mouth_in_silence")
"""Measurements the page shows, where a reel has them."""


def main() -> None:
    """Makes what is asked for and writes the page."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("names", nargs="*", help="stems of scripts; all unless given")
    arguments.add_argument("--out", type=Path, default=Path("out/gallery"), help="where the reels go")
    chosen = arguments.parse_args()
    FOLDER.mkdir(exist_ok=True)
    for script in SCRIPTS:
        if not chosen.names or script.stem in chosen.names:
            make(script, chosen.out / script.stem)
    (FOLDER / "README.md").write_text(page(), "utf-8")


def make(script: Path, out: Path) -> None:
    """One reel, its contact sheet and its figures."""
    subprocess.run([REELS, "make", script, "--yes", "--out", out, *MORE.get(script.stem, ())], check=True)
    papers = Manifest.model_validate_json((out / "reel.json").read_bytes())
    sheet(out / "reel.mp4").save(FOLDER / f"{script.stem}.jpg", quality=86)
    quality = {name: papers.quality[name] for name in FIGURES if name in papers.quality}
    facts = {"duration_s": papers.media.duration_s, "warnings": papers.warnings,
             "checks": [len(papers.quality), sum(measured.passed for measured in papers.quality.values())],
             "quality": {name: f"{measured.value} {measured.unit}".strip() for name, measured in quality.items()}}
    (FOLDER / f"{script.stem}.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")


def sheet(reel: Path) -> Image.Image:
    """Frames of a reel side by side."""
    width, height = CELL_PX[0] + GAP_PX, CELL_PX[1] + GAP_PX
    made = Image.new("RGB", (width * COLUMNS + GAP_PX, height + GAP_PX), PAPER)
    for column, cell in enumerate(frames(reel, COLUMNS)):
        made.paste(cell.resize(CELL_PX, Image.Resampling.LANCZOS), (GAP_PX + column * width, GAP_PX))
    return made


def page() -> str:
    """The page, from the sheets and figures that lie in the folder."""
    told = ["# Gallery", "", "Reels made by this program on two processor cores: eight evenly spaced frames of each."
            " The page, the sheets and the figures are written by `python -m benchmarks.gallery`.", ""]
    for script in SCRIPTS:
        place = FOLDER / f"{script.stem}.json"
        if place.is_file():
            told += entry(script, json.loads(place.read_text("utf-8")))
    return "\n".join(told + faces())


def faces() -> list[str]:
    """The portraits on the page, each with what is seen on its sheet, faults included."""
    told = ["## Faces", "", "What the embedded animation makes of a face: the portrait, visemes, lids, expressions, a turn"
            " of the head. The sheets are drawn by `python -m benchmarks.portrait_sheets`, of any picture that is named; the"
            " paintings are in the public domain.", ""]
    for name, seen in FACES.items():
        if (FOLDER / f"visemes-{name}.jpg").is_file():
            told += [f"![{name.replace('-', ' ')}: visemes and expressions](visemes-{name}.jpg)", "", seen, ""]
    return told


def entry(script: Path, facts: dict) -> list[str]:
    """One reel on the page."""
    written = read_script(script)
    command = " ".join(["reels make", str(script), *MORE.get(script.stem, ())])
    made, passed = facts["checks"]
    figures = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts["quality"].items())
    return [f"## {written.title}", "", f"![eight frames]({script.stem}.jpg)", "",
            f"[{script.name}](../../{script}), `{command}`: {facts['duration_s']:.1f} s, {passed} of {made} checks passed;"
            f" {figures}.", *(f"Note: {warning}." for warning in facts["warnings"]), ""]


if __name__ == "__main__":
    main()
