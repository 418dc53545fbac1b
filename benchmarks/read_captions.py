"""Can a machine read the captions? OCR at word middles, contrast on pixels, and pixels outside the safe zone.

    python -m benchmarks.read_captions                      # every style, on avatars, white, black and noise
    python -m benchmarks.read_captions --styles line pop    # some of them
    python -m benchmarks.read_captions --reel out/NAME      # a finished reel: reel.mp4 and reel.json

Needs the program `tesseract` (`apt-get install tesseract-ocr`), which the project itself does not. Letters are told from the
picture by their colour before they are read, so that what is counted is whether they are there, whole and in time.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image

from tasks.captions.ass import AssCaptions, CaptionSheet
from tasks.captions.style import caption_styles
from tasks.domain.box import Box
from tasks.domain.brand import Brand
from tasks.domain.captions import CaptionWord
from tasks.domain.plan import CaptionLook
from tasks.domain.speech import Word
from tasks.domain.timeline import FPS, SIZE_PX, frame_at
from tasks.media.face_place import mouth_on_picture
from tasks.media.ffmpeg import find_ffmpeg, local_file, run
from tasks.media.film import decode_frames
from tasks.media.metrics.ink_contrast import ink_contrast
from tasks.media.metrics.luminance_range import picture_luminance
from tasks.media.metrics.media_facts import read_media_facts
from tasks.media.rig.model import Rig
from tasks.media.text.font import gather_fonts
from tasks.media.text.words import caption_words
from tasks.render.ffmpeg_pass import burn

ROOT = Path(__file__).parents[1]
SAYS = (
    "Three small habits that will change your mornings.", "First, drink a glass of water before anything else.",
    "Most people think the Moon is close to the Earth, but it is not.", "It is 384,400 km away, and *nobody* notices.",
    "You do NOT need a gym: a chair and 20 minutes are enough!", "Write down one single thing, the one that matters today.",
    "Would you pay $4.50 for a cup of coffee?", "Incomprehensibilities and misunderstandings are everywhere.",
    "Sleep is free, and still we save on it.", "Put the phone in another room an hour before bed.",
    "Here is the thing about money that school will never teach you.", "Try it tomorrow, and tell me how it went.")
"""What is said: short words and the longest, numbers, emphasis, questions."""
LETTERS_PER_S = 14.0
"""A lively voice."""
FRAMES = 100
"""Frames read of a finished reel; of each style, every word of `SAYS` is read."""
WANTED, LEAST_CONTRAST = 0.95, 4.5
"""Share read right, and contrast."""
MARGIN_PX = 12
"""Read around a page."""
NEAR_INK = 60
"""Greatest difference of a channel at which a pixel is a letter's."""
Picture = NDArray[np.uint8]
"""(height, width, 3) uint8 BGR."""


@dataclass
class Tally:
    """What was seen of one style or reel."""

    read: int = 0
    looked_at: int = 0
    contrast: float = 21.0
    outside: int = 0
    misread: tuple[str, ...] = ()

    def look(self, picture: Picture, region: Box, word: str, box: Box | None, inks: tuple[str, str]) -> None:
        """Takes in one frame."""
        self.looked_at += 1
        if reads(picture, region, word, inks):
            self.read += 1
        else:
            self.misread = (*self.misread, word)
        if box:
            self.contrast = min(self.contrast, ink_contrast(cut(picture, box), inks))

    def line(self, name: str) -> str:
        """One line of the report."""
        share = self.read / max(1, self.looked_at)
        verdict = "ok" if share >= WANTED and self.contrast >= LEAST_CONTRAST and not self.outside else "NOT OK"
        missed = f"; misread: {', '.join(self.misread[:8])}" if self.misread else ""
        return (f"{name:<12} read {100 * share:5.1f} % of {self.looked_at}, least contrast {self.contrast:4.1f}, pixels"
                f" outside the zone {self.outside}: {verdict}{missed}")


def main() -> None:
    """Prints one line a style, or one for a reel."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--styles", nargs="+", default=caption_styles(ROOT / "templates"))
    parser.add_argument("--brand", default="default")
    parser.add_argument("--reel", type=Path, help="folder of a finished reel")
    chosen = parser.parse_args()
    if not shutil.which("tesseract"):
        parser.error("the program 'tesseract' is not there: apt-get install tesseract-ocr")
    if chosen.reel:
        print(read_reel(chosen.reel).line(chosen.reel.name))
        return
    brand = brand_kit(chosen.brand)
    for style in chosen.styles:
        with tempfile.TemporaryDirectory() as folder:
            print(read_style(style, brand, Path(folder)).line(style), flush=True)


def read_style(style: str, brand: Brand, folder: Path) -> Tally:
    """Captions of one style: every word once, a few sentences on each background."""
    tally, inks = Tally(), (brand.colours.text, brand.colours.highlight)
    fonts = gather_fonts(brand.fonts.all(), folder / "fonts")
    places = list(backgrounds(folder))
    for number, (picture, mouth) in enumerate(places):
        words = timed(SAYS[number::len(places)])
        behind = picture_luminance(picture, size=SIZE_PX, part=Box(x0=65, y0=mouth.y1, x1=888, y1=1440))
        look = CaptionLook(style=style, colour=brand.colours.highlight)
        sheet = AssCaptions(ROOT / "templates", look).caption(words, brand, language="en", mouth=mouth, behind=behind)
        subtitles = folder / "captions.ass"
        subtitles.write_text(sheet.ass, "utf-8")
        frames = [frame_at((word.start_s + word.end_s) / 2) for word in words]
        for index, frame in enumerate(burnt(picture, subtitles, fonts, frames, folder)):
            page, drawn = where(sheet, index)
            tally.look(frame, page, drawn.text, drawn.box, inks)
        tally.outside += pixels_outside(subtitles, fonts, sheet.zone, frames[-1] + FPS, folder)
    return tally


def brand_kit(name: str) -> Brand:
    """One of the brand kits that come with the program."""
    return Brand.model_validate(yaml.safe_load((ROOT / "templates" / "brands" / f"{name}.yaml").read_text("utf-8")))


def read_reel(folder: Path) -> Tally:
    """A finished reel, by its manifest's words, times and brand; letters are looked for in the lower part of the zone."""
    manifest = json.loads((folder / "reel.json").read_text("utf-8"))
    colours, script = brand_kit(manifest["brand"]).colours, json.loads(manifest["script"]["text"])
    words, tally = [Word.model_validate(word) for word in manifest["words"]], Tally()
    facts = read_media_facts(folder / "reel.mp4")
    chosen = {frame_at((words[index].start_s + words[index].end_s) / 2): words[index].text for index in spread(len(words))}
    region = Box(x0=60, y0=1120, x1=900, y1=1445)
    inks = (colours.text, script["captions"]["colour"] or colours.highlight)
    for frame, picture in decode_frames(folder / "reel.mp4", chosen, facts.frame_times_s, keyframes=facts.keyframes,
                                        size=SIZE_PX):
        tally.look(picture, region, chosen[frame], None, inks)
    tally.contrast = float(manifest["quality"]["caption_contrast"]["value"] or 1)
    return tally


def timed(says: tuple[str, ...]) -> list[Word]:
    """Words at an even pace, with silences between sentences."""
    words: list[Word] = []
    time_s = 0.5
    for beat, say in enumerate(says):
        for text in caption_words(say, "en"):
            end_s = time_s + max(0.2, len(text) / LETTERS_PER_S)
            words.append(Word(text=text, start_s=round(time_s, 4), end_s=round(end_s, 4), beat=beat))
            time_s = end_s
        time_s += 0.4
    return words


def backgrounds(folder: Path) -> Iterator[tuple[Path, Box]]:
    """Pictures of a reel's size, and where a mouth is on them."""
    for name in ("ada", "kofi", "mei"):
        avatar = ROOT / "avatars" / name
        yield avatar / "portrait.png", mouth_on_picture(Rig.read(avatar / "rig.json"))
    noise = np.random.default_rng(1).integers(0, 256, (48, 27, 3), np.uint8)
    for name, small in (("white", np.full((2, 2, 3), 255, np.uint8)), ("black", np.zeros((2, 2, 3), np.uint8)),
                        ("noise", noise)):
        Image.fromarray(small).resize(SIZE_PX, Image.Resampling.NEAREST).save(folder / f"{name}.png")
        yield folder / f"{name}.png", mouth_on_picture(Rig.read(ROOT / "avatars" / "ada" / "rig.json"))


def spread(count: int) -> list[int]:
    """Indices of words to look at, evenly spread."""
    return sorted({round(step * (count - 1) / (FRAMES - 1)) for step in range(FRAMES)})


def burnt(picture: Path, subtitles: Path, fonts: Path, frames: list[int], folder: Path) -> Iterator[Picture]:
    """Frames of a still picture with subtitles, encoded as a reel is and decoded again."""
    film = folder / "film.mp4"
    still = f"scale={SIZE_PX[0]}:{SIZE_PX[1]},format=yuv420p,loop=loop={frames[-1] + FPS}:size=1,setpts=N/{FPS}/TB,fps={FPS}"
    wanted = "+".join(f"eq(n,{frame})" for frame in frames)
    run(find_ffmpeg(), ["-i", local_file(picture), "-vf", f"{still},{burn(subtitles, fonts)},select='{wanted}'",
                        "-frames:v", str(len(frames)), "-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "veryfast",
                        "-crf", "20", local_file(film)], place=film)
    capture = cv2.VideoCapture(str(film))
    while True:
        there, frame = capture.read()
        if not there:
            return
        yield np.asarray(frame, np.uint8)


def where(sheet: CaptionSheet, index: int) -> tuple[Box, CaptionWord]:
    """The box of a word's page, and the word as drawn."""
    return next((page.box, word) for page in sheet.pages for word in page.words if word.word == index)


def pixels_outside(subtitles: Path, fonts: Path, zone: Box, count: int, folder: Path) -> int:
    """Pixels of all frames outside the zone that are not as without subtitles."""
    raw = folder / "grey.raw"
    run(find_ffmpeg(), ["-f", "lavfi", "-i", f"color=gray:s={SIZE_PX[0]}x{SIZE_PX[1]}:r={FPS},format=gray", "-frames:v",
                        str(count), "-vf", burn(subtitles, fonts), "-pix_fmt", "gray", "-f", "rawvideo", local_file(raw)],
        place=raw)
    inside = np.zeros(SIZE_PX[::-1], bool)
    inside[round(zone.y0):round(zone.y1), round(zone.x0):round(zone.x1)] = True
    frames = np.memmap(raw, np.uint8, "r").reshape(-1, *SIZE_PX[::-1])
    found = sum(int((frame[~inside] != frame[0, 0]).sum()) for frame in frames)
    raw.unlink()
    return found


def reads(picture: Picture, region: Box, word: str, inks: tuple[str, str]) -> bool:
    """True if the word is among those that tesseract reads in a region."""
    part = cut(picture, Box(x0=region.x0 - MARGIN_PX, y0=region.y0 - MARGIN_PX, x1=region.x1 + MARGIN_PX,
                            y1=region.y1 + MARGIN_PX)).astype(np.int16)
    letters = np.zeros(part.shape[:2], bool)
    for ink in inks:
        wanted = np.array([int(ink[place:place + 2], 16) for place in (5, 3, 1)], np.int16)
        letters |= np.abs(part - wanted).max(axis=2) <= NEAR_INK
    page = cv2.GaussianBlur(np.where(without_border(letters), 0, 255).astype(np.uint8), (3, 3), 0)
    page = cv2.copyMakeBorder(page, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=255)
    coded = cv2.imencode(".png", page)[1].tobytes()
    said = subprocess.run(["tesseract", "stdin", "stdout", "--psm", "6", "-l", "eng"], input=coded, capture_output=True,
                          check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"}).stdout.decode("utf-8", "replace")
    return bare(word) in {bare(token) for token in said.split()} or bare(word) in bare(said)


def without_border(letters: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without what reaches the edge of the region: a background of the letters' colour lies outside their outlines."""
    _, parts = cv2.connectedComponents(letters.astype(np.uint8))
    edge = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    return letters & ~np.isin(parts, edge)


def cut(picture: Picture, box: Box) -> Picture:
    """A part of a picture."""
    return picture[max(0, round(box.y0)):round(box.y1), max(0, round(box.x0)):round(box.x1)]


def bare(text: str) -> str:
    """Letters and digits alone, small."""
    return re.sub(r"[\W_]", "", text).casefold()


if __name__ == "__main__":
    main()
