"""Are photos accepted and refused as they should be? Portraits, and variants of them with known verdicts, one after another.

    python -m benchmarks.check_photos                        # the default avatars and what can be wrong with them
    python -m benchmarks.check_photos --portraits DIR        # and other portraits, each of which should be accepted
    python -m benchmarks.check_photos --margins              # and how near each rule's measurements come to its borders

Prints a line for each input: its verdict, the verdict wanted, the checks that decided, and the seconds it took. Exits with 1
unless all are right.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks import photo_variants as variants
from benchmarks.photo_variants import Picture, Subject
from tasks.domain.errors import AvatarError
from tasks.domain.photo import Finding
from tasks.media.photo.examination import examine
from tasks.media.photo.open_photo import open_photo
from tasks.media.photo.rules import RULES
from tasks.media.plain_picture import ORIENTATION

AVATARS = Path(__file__).parents[1] / "avatars"
MEDIA = Path(__file__).parents[1] / "examples" / "media"
MASK_BLUE = (200, 190, 150)
"""Colour of a medical mask, BGR."""


@dataclass(frozen=True)
class Input:
    """A photo with a known verdict.

    Attributes:
        name: what it is.
        write: writes its file.
        wanted: 'accepted' or 'refused'.
        check: the check that should refuse it or warn of it, or words of the error; '' for none.
        face: which face is asked for.
    """

    name: str
    write: Callable[[Path], object]
    wanted: str
    check: str = ""
    face: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What was said about an input."""

    verdict: str
    checks: tuple[str, ...]
    findings: tuple[Finding, ...]
    seconds: float


def main() -> int:
    """Examines every input; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=Path, help="a folder of further portraits that should be accepted")
    parser.add_argument("--margins", action="store_true", help="print how near measurements come to the rules' borders")
    options = parser.parse_args()
    outcomes, right = [], 0
    print(f"{'input':34}{'verdict':10}{'wanted':10}{'s':>5}  decided by")
    with tempfile.TemporaryDirectory() as folder:
        for number, one in enumerate(inputs(options.portraits)):
            path = Path(folder) / f"{number}.png"
            one.write(path)
            outcome = judge(one, path)
            good = outcome.verdict == one.wanted and (not one.check or any(one.check in said for said in outcome.checks))
            right += good
            outcomes.append((one, outcome))
            print(f"{one.name:34}{outcome.verdict:10}{one.wanted:10}{outcome.seconds:5.1f}  {', '.join(outcome.checks)}"
                  f"{'' if good else f'   WRONG, wanted {one.check or one.wanted}'}")
    if options.margins:
        print_margins(outcomes)
    slowest = max(outcome.seconds for _, outcome in outcomes)
    print(f"{right} of {len(outcomes)} right, {slowest:.1f} s at most")
    return 0 if right == len(outcomes) else 1


def judge(one: Input, path: Path) -> Outcome:
    """Opens and examines one photo."""
    start = time.perf_counter()
    try:
        examination = examine(open_photo(path), face=one.face)
    except AvatarError as error:
        return Outcome("refused", (str(error).split("'")[-1].strip(),), (), time.perf_counter() - start)
    wanted = "refused" if examination.refused else "warned"
    checks = tuple(finding.check for finding in examination.findings if finding.verdict == wanted)
    verdict = "refused" if examination.refused else "accepted"
    return Outcome(verdict, checks, examination.findings, time.perf_counter() - start)


def inputs(portraits: Path | None) -> Iterator[Input]:
    """Every input."""
    people = {name: Subject.read(AVATARS / name) for name in ("ada", "kofi", "mei")}
    for name, person in people.items():
        yield Input(f"{name}", partial(save, person.image), "accepted")
    yield from accepted(people)
    yield from files(people["ada"])
    for name, person in people.items():
        yield from refused(name, person)
    yield from crowds(people)
    yield from no_people()
    for path in sorted(portraits.iterdir()) if portraits else ():
        yield Input(path.stem[:33], partial(copy, path), "accepted")


def accepted(people: dict[str, Subject]) -> Iterator[Input]:
    """What must not be refused, though it is unusual; some with a warning."""
    ada, kofi, mei = people.values()
    for name, person in people.items():
        yield Input(f"{name} smiling", partial(save, variants.acting(person, smile=1.0)), "accepted")
        yield Input(f"{name}, mouth open", partial(save, variants.acting(person, jaw=1.0)), "accepted")
        yield Input(f"{name} with a moustache", partial(save, variants.with_moustache(person)), "accepted")
        yield Input(f"{name} with pale lips", partial(save, variants.with_pale_lips(person)), "accepted")
        yield Input(f"{name} with glasses", partial(save, variants.with_sunglasses(person, frames_only=True)), "accepted")
        yield Input(f"{name} with sunglasses", partial(save, variants.with_sunglasses(person)), "accepted", "glasses")
        yield Input(f"{name} turned by 20 deg", partial(save, variants.turned(person, yaw_deg=20)), "accepted")
        yield Input(f"{name} from close by",
                    partial(save, variants.around(person, left=-0.62, top=-0.75, right=0.62, bottom=0.9)), "accepted")
    yield Input("ada turned by 50 deg", partial(save, variants.turned(ada, yaw_deg=50)), "accepted", "turned")
    yield Input("mei looking up by 25 deg", partial(save, variants.turned(mei, pitch_deg=-25)), "accepted", "nod")
    yield Input("kofi leaning 12 deg", partial(save, variants.leaning(kofi, 12)), "accepted")
    yield Input("mei leaning 30 deg", partial(save, variants.leaning(mei, 30)), "accepted", "tilt")
    yield Input("ada, a little blurred", partial(save, variants.blurred(ada, 0.01)), "accepted", "sharp")
    yield Input("mei, four stops dark", partial(save, variants.exposed(mei, -4)), "accepted", "dark")
    yield Input("ada, a stop bright", partial(save, variants.exposed(ada, 1)), "accepted", "blown")
    yield Input("kofi, grainy", partial(save, variants.grained(kofi.image, 14)), "accepted")
    yield Input("kofi, 70 pixels wide", partial(save, variants.distant(kofi, 70)), "accepted", "size")
    yield Input("mei, hairline cut", partial(save, variants.from_above_brows(mei, 0.9)), "accepted", "forehead")
    yield Input("ada, landscape",
                partial(save, variants.around(ada, left=-1.5, top=-0.9, right=1.5, bottom=0.95)), "accepted")


def refused(name: str, person: Subject) -> Iterator[Input]:
    """What must be refused, and why."""
    for what, picture, check in (
            ("turned by 65 deg", variants.turned(person, yaw_deg=65), "turned"),
            ("looking up by 45 deg", variants.turned(person, pitch_deg=-45), "nod"),
            ("looking down by 45 deg", variants.turned(person, pitch_deg=45), "nod"),
            ("leaning 60 deg", variants.leaning(person, 60), "tilt"), ("on the side", variants.leaning(person, 90), "tilt"),
            ("upside down", variants.leaning(person, 180), "tilt"), ("without chin", variants.down_to(person, 0.4), "chin"),
            ("without forehead", variants.from_above_brows(person, 0.1), "forehead"),
            ("four fifths", variants.half_face(person, 0.8), "sides"), ("blurred", variants.blurred(person, 0.03), "sharp"),
            ("shaken", variants.shaken(person, 0.12), "sharp"), ("dark", variants.exposed(person, -5.5), "dark"),
            ("in a blue mask", variants.with_mask(person, MASK_BLUE), "mouth"),
            ("in a folded mask", variants.with_mask(person, MASK_BLUE, texture=0.3), "mouth"),
            ("in a mask like skin", variants.with_mask(person, person.skin, texture=0.15), "mouth"),
            ("in a black mask", variants.with_mask(person, (30, 30, 30), texture=0.1), "mouth"),
            ("in a red scarf", variants.with_mask(person, (40, 40, 140), texture=0.5, top=164), "mouth"),
            ("behind a hand", variants.with_hand(person), "mouth"),
            ("behind three fingers", variants.with_hand(person, fingers=3), "mouth"),
            ("with closed eyes", variants.acting(person, blink=1.0), "eyes"),
            ("far away", variants.distant(person, 30), "size")):
        yield Input(f"{name} {what}", partial(save, picture), "refused", check)
    if name != "kofi":  # a dark skin is not blown out by two stops
        yield Input(f"{name} blown out", partial(save, variants.exposed(person, 2.5)), "refused", "blown")
    yield Input(f"{name}, half the face", partial(save, variants.half_face(person, 0.45)), "refused")


def crowds(people: dict[str, Subject]) -> Iterator[Input]:
    """More than one face."""
    ada, kofi, mei = people.values()
    pair = partial(save, variants.beside(ada.image, kofi.image))
    yield Input("two faces", pair, "refused", "alone")
    yield Input("two faces, the second chosen", pair, "accepted", face=2)
    yield Input("two faces, the third chosen", pair, "refused", "2 found", face=3)
    yield Input("one face twice", partial(save, variants.beside(mei.image, mei.image)), "refused", "alone")
    yield Input("a bystander", partial(save, variants.with_bystander(ada, mei, 0.45)), "accepted", "alone")
    yield Input("a bystander far away", partial(save, variants.with_bystander(ada, mei, 0.2)), "accepted")


def no_people() -> Iterator[Input]:
    """No human face at all."""
    for kind in ("cat", "dog"):
        yield Input(f"a {kind}", partial(save, variants.animal(kind)), "refused", "human")
    for name, check in (("moon", "face"), ("water", "face"), ("window", "human")):  # a window's bars are a face to the mesh
        yield Input(f"no face: {name}", partial(copy, MEDIA / f"{name}.jpg"), "refused", check)
    noise = np.random.default_rng(1).integers(0, 256, (600, 400, 3), np.uint8)
    yield Input("no face: noise", partial(save, noise), "refused", "face")
    yield Input("no face: grey", partial(save, np.full((600, 400, 3), 127, np.uint8)), "refused", "face")


def files(person: Subject) -> Iterator[Input]:
    """One portrait in every form that a file can have."""
    image = Image.fromarray(np.ascontiguousarray(person.image[..., ::-1]))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    lying = image.transpose(Image.Transpose.ROTATE_90)
    still = [image.resize((270, 480)), image.resize((270, 480)).rotate(2)]
    yield Input("grey", lambda path: image.convert("L").save(path), "accepted")
    yield Input("for print (CMYK)", lambda path: image.convert("CMYK").save(path, "JPEG"), "accepted")
    yield Input("lying, with a note (EXIF)", lambda path: lying.save(path, "JPEG", exif=exif), "accepted")
    yield Input("transparent", partial(save, variants.cut_out(person)), "accepted")
    yield Input("16 bits", partial(save, person.image.astype(np.uint16) * 257), "accepted")
    yield Input("palette", lambda path: image.quantize(128).save(path), "accepted")
    yield Input("WebP", lambda path: image.save(path, "WEBP"), "accepted")
    yield Input("JPEG of low quality", lambda path: image.save(path, "JPEG", quality=20), "accepted")
    yield Input("animated", lambda path: still[0].save(path, "WEBP", save_all=True, append_images=still[1:]), "refused",
                "is animated")
    yield Input("cut short", lambda path: path.write_bytes((AVATARS / "ada" / "portrait.png").read_bytes()[:300_000]),
                "refused", "damaged")
    yield Input("text", lambda path: path.write_text("not a picture"), "refused", "is no picture")
    yield Input("empty", lambda path: path.write_bytes(b""), "refused", "is no picture")
    yield Input("an icon", lambda path: image.resize((64, 64)).save(path), "refused", "each side needs")


def save(picture: Picture, path: Path) -> None:
    """Writes (height, width, 3 or 4) pixels, BGR, as PNG."""
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())


def copy(source: Path, path: Path) -> None:
    """The same file at another place."""
    path.write_bytes(source.read_bytes())


def print_margins(outcomes: list[tuple[Input, Outcome]]) -> None:
    """What each rule measured on either side of its borders: among inputs meant for it, and among those accepted."""
    print(f"\n{'check':10}{'border':>34}  {'accepted inputs':>22}  {'inputs refused for it':>22}")
    for rule in RULES:
        fine = [finding.value for one, outcome in outcomes if one.wanted == "accepted"
                for finding in outcome.findings if finding.check == rule.check and finding.value is not None]
        bad = [finding.value for one, outcome in outcomes if one.wanted == "refused" and one.check == rule.check
               for finding in outcome.findings if finding.check == rule.check and finding.value is not None]
        spans = [f"{min(values):.3g} to {max(values):.3g}" if values else "-" for values in (fine, bad)]
        print(f"{rule.check:10}{rule.threshold():>34}  {spans[0]:>22}  {spans[1]:>22}")


if __name__ == "__main__":
    sys.exit(main())
