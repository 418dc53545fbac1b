"""Films portraits with several scripts and measures each film on its finished pixels; prints every limit, kept or MISSED.

    python -m benchmarks.measure_portraits                                      # the avatars
    python -m benchmarks.measure_portraits --portraits DIR --picture FILE       # and pictures from elsewhere
    python -m benchmarks.measure_portraits --only ada --quick                   # one of them, a small film, one script
    python -m benchmarks.measure_portraits --damaged ada                        # its films spoilt on purpose as well

Exit code 1 when a limit is missed: by a drawn film, or by a spoilt one that passes what it should fail. `--keep DIR` keeps
the films and a page for each; with `--resume` what was measured there before is taken as it is, so that a long run can be
interrupted, or shared out with `--only`.
"""

import argparse
import contextlib
import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from benchmarks.curves_plot import Rehearsal
from benchmarks.damage import Change, black, blended, blurred, boiling, dragged, flickering, frozen, melting, shaking
from benchmarks.talking_portrait import TalkingPortrait, name_of, still, stretched
from tasks.domain.check import Finding
from tasks.media.drawing.planes import to_image
from tasks.media.landmarks import FaceMesh
from tasks.quality.examination import Examination, examine
from tasks.quality.face_evidence import SpokenTimes
from tasks.quality.face_page import page

ROOT = Path(__file__).parents[1]
FULL, SMALL = (1080, 1920), (540, 960)
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
SCRIPTS = {
    "bilabials": ("Papa bought a big blue boat. Bob and Pam put bamboo poles below the mast. Maybe my baby brother may help"
                  " me paint it by Monday.", 1.0),
    "pauses": ("Stop. Breathe in, slowly.\n\nNow wait.\n\nOne more time. Feel how your shoulders drop?\n\nGood. That was"
               " all. You may open your eyes.", 1.0),
    "list": ("What do you need for good bread? Flour, water, salt, and time. Mix them, fold them, let them rest. Would you"
             " believe it takes only four things?", 1.0),
    "fast": ("Every second our planet receives more energy from the sun than all of humanity uses in an hour, and most of"
             " it simply warms the oceans, drives the winds and feeds the plants around us.", 1.3),
}
"""Name -> text, rate of the voice."""
COLUMNS = {"offset": "av_offset", "corr": "av_correlation", "range": "mouth_range", "p b m": "bilabials_closed",
           "pause": "pause_opening", "blinks": "blink_rate", "shut": "blink_completeness", "yaw": "yaw_range",
           "pitch": "pitch_range", "roll": "roll_range", "jitter": "head_jitter", "coher": "coherence", "flick": "flicker",
           "looks": "identity_looks", "shape": "identity_shape", "backgr": "background", "sharp": "sharpness",
           "black": "black_run", "frozen": "frozen_run"}
TIMED_FRAMES = 60
DRAWN_MS = 25
"""Processor time of a full frame on a quiet core, the limit of the default avatars."""
STILL_PASSES = ("identity_looks", "identity_shape", "background", "coherence", "flicker", "head_jitter")
"""What a still picture of the portrait keeps; it fails whatever moves."""
MUST_FAIL = {
    "still": ("mouth_range", "blink_rate", "roll_range", "frozen_run"), "still mouth": ("mouth_range", "av_correlation"),
    "another text's mouth": ("av_correlation", "bilabials_closed", "pause_opening"), "still head": ("roll_range",),
    "sound -120 ms": ("av_offset",), "sound +120 ms": ("av_offset",),
    "melting, a fifth": ("identity_looks", "identity_shape"), "another face, 40 %": ("identity_looks", "coherence"),
    "blurred": ("sharpness",), "flickering": ("flicker",), "boiling": ("coherence",), "shaking": ("head_jitter",),
    "frozen": ("frozen_run",), "black": ("black_run",), "background dragged": ("background",)}
"""What each spoilt film must fail; those that are spoilt half as much show how far that is from the limit."""


@dataclass(frozen=True)
class Row:
    """One film, measured."""

    portrait: str
    script: str
    findings: dict[str, Finding]

    @classmethod
    def read(cls, film: Path, portrait: str, script: str) -> "Row":
        """What was noted beside a film."""
        noted = json.loads(film.with_suffix(".json").read_bytes())
        return cls(portrait, script, {name: Finding.model_validate(finding) for name, finding in noted.items()})

    def note(self, film: Path) -> None:
        """Notes it beside the film."""
        noted = {name: finding.model_dump(mode="json") for name, finding in self.findings.items()}
        film.with_suffix(".json").write_text(json.dumps(noted, indent=1), "utf-8")


def main() -> int:
    """Prints the tables; 1 when a drawn film failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=Path, action="append", default=[], metavar="DIR", help="every picture in it")
    parser.add_argument("--picture", type=Path, action="append", default=[], metavar="FILE", help="one more picture")
    parser.add_argument("--script", action="append", choices=SCRIPTS, help="only these (default: all)")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this portrait of all (default: all)")
    parser.add_argument("--damaged", metavar="NAME", help="spoil the films of this portrait and measure them too")
    parser.add_argument("--quick", action="store_true", help="films of 540x960, one script")
    parser.add_argument("--small", action="store_true", help="films of 540x960")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep films and pages here")
    parser.add_argument("--resume", action="store_true", help="measure only films of which --keep has no figures")
    options = parser.parse_args()
    size = SMALL if options.quick or options.small else FULL
    scripts = options.script or (["list"] if options.quick else list(SCRIPTS))
    found = {name_of(picture): picture for picture in pictures(options.portraits, options.picture)}
    with kept(options.keep) as folder:
        chosen = [TalkingPortrait.of(picture, size=size) for name, picture in found.items()
                  if name in (options.only or found)]
        show_times(chosen)
        missed = summarise(list(measure_all(chosen, scripts, folder, resume=options.resume)))
        if options.damaged:
            both = (found[options.damaged], next(found[name] for name in found if name != options.damaged))
            spoilt = measure_damaged(*(TalkingPortrait.of(picture, size=size) for picture in both), folder / "spoilt",
                                     resume=options.resume)
            missed += summarise_damaged({row.script: row for row in spoilt})
    return 1 if missed else 0


def pictures(folders: Sequence[Path], files: Sequence[Path]) -> list[Path]:
    """The avatars' portraits, and what else was asked for."""
    avatars = sorted((ROOT / "avatars").glob("*/rig.json"))
    found = [path.with_name("portrait.png") for path in avatars]
    for folder in folders:
        found += sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    return [*found, *files]


@contextlib.contextmanager
def kept(folder: Path | None) -> Iterator[Path]:
    """Where films go: a folder that stays, or one that does not."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as scratch:
        yield Path(scratch)


def show_times(portraits: Sequence[TalkingPortrait]) -> None:
    """Milliseconds of processor time a frame of each portrait, in turns, so that a busy machine is busy for all."""
    cv2.setNumThreads(1)
    rehearsals = {portrait.name: portrait.say(SCRIPTS["list"][0]) for portrait in portraits}
    spent: dict[str, list[float]] = {portrait.name: [] for portrait in portraits}
    for index in range(30, 30 + TIMED_FRAMES):
        for portrait in portraits:
            rehearsal = rehearsals[portrait.name]
            started = time.thread_time()
            portrait.puppet.frame(rehearsal.motion.at(index) | rehearsal.mouth.at(index))
            spent[portrait.name].append(1000 * (time.thread_time() - started))
    at_most = f", at most {DRAWN_MS} on a quiet core" if portraits[0].size == FULL else ""
    print(f"drawing a frame of {portraits[0].size[0]}x{portraits[0].size[1]}, median of {TIMED_FRAMES}, one core{at_most}:")
    print(*(f"  {name:<28}{statistics.median(times):6.1f} ms" for name, times in spent.items()), sep="\n", flush=True)


def measure_all(portraits: Sequence[TalkingPortrait], scripts: Sequence[str], folder: Path, *, resume: bool
                ) -> Iterator[Row]:
    """Films and measures every portrait with every script, and prints a line for each."""
    print_head()
    for portrait in portraits:
        for script in scripts:
            text, rate = SCRIPTS[script]
            film = folder / f"{portrait.name}-{script}.mp4"
            if resume and film.with_suffix(".json").is_file():
                row = Row.read(film, portrait.name, script)
            else:
                rehearsal = portrait.say(text, rate=rate)
                row = measured(portrait, rehearsal, portrait.film(rehearsal, film), script)
            print_row(row)
            yield row


def measured(portrait: TalkingPortrait, rehearsal: Rehearsal, film: Path, what: str) -> Row:
    """Measures one film and writes its page and its figures beside it."""
    examination: Examination = examine(film, portrait=portrait.picture, portrait_name=portrait.name,
                                       times=lambda _: SpokenTimes(rehearsal.phonemes, "the voice"))
    film.with_suffix(".html").write_text(page(examination, film, ROOT / "templates"), "utf-8")
    row = Row(portrait.name, what, {finding.name: finding for finding in examination.report.findings})
    row.note(film)
    return row


def measure_damaged(portrait: TalkingPortrait, other: TalkingPortrait, folder: Path, *, resume: bool) -> Iterator[Row]:
    """A still film, the drawn one, and what becomes of it when it is spoilt in known ways; prints a line for each."""
    text, rate = SCRIPTS["bilabials"]
    rehearsal = portrait.say(text, rate=rate)
    frames = list(portrait.frames(rehearsal))
    wrong = stretched(portrait.say(SCRIPTS["fast"][0], rate=1.2).mouth, len(frames))
    films: dict[str, Callable[[Path], object]] = {
        "still": partial(portrait.film, rehearsal, frames=iter([frames[0]] * len(frames))),
        "drawn": partial(portrait.film, rehearsal, frames=iter(frames)),
        "still mouth": partial(portrait.film, rehearsal, frames=portrait.frames(rehearsal, mouth=still(rehearsal.mouth))),
        "another text's mouth": partial(portrait.film, rehearsal, frames=portrait.frames(rehearsal, mouth=wrong)),
        "still head": partial(portrait.film, rehearsal, frames=portrait.frames(rehearsal, motion=still(rehearsal.motion)))}
    for late_s in (-0.12, 0.12):
        films[f"sound {1000 * late_s:+.0f} ms"] = partial(portrait.film, rehearsal, frames=iter(frames), sound_late_s=late_s)
    for name, change in changes(portrait, list(other.frames(rehearsal))[::5], len(frames)).items():
        films[name] = partial(portrait.film, rehearsal, frames=iter(frames), change=change)
    print_head()
    for name, make in films.items():
        film = folder / f"{re.sub('[^a-z0-9+-]+', '-', name)}.mp4"
        if resume and film.with_suffix(".json").is_file():
            row = Row.read(film, portrait.name, name)
        else:
            make(film)
            row = measured(portrait, rehearsal, film, name)
        print_row(row)
        yield row


def changes(portrait: TalkingPortrait, other: list[np.ndarray], count: int) -> dict[str, Change]:
    """Name -> a way to spoil a film, sizes in parts of its width."""
    unit = portrait.size[0] / 540
    with FaceMesh() as finder:
        face = finder.find(to_image(portrait.puppet.frame({})))[0]
    middle, radius = face[:468, :2].mean(axis=0), float(np.ptp(face[:468, 0]) / 2)
    x, y = float(middle[0]), float(middle[1])
    return {"melting, a tenth": melting((x, y), radius, most=0.1, frames=count),
            "melting, a fifth": melting((x, y), radius, most=0.2, frames=count),
            "another face, 20 %": blended(other, 0.2), "another face, 40 %": blended(other, 0.4),
            "blurred": blurred(unit), "flickering": flickering(2), "boiling": boiling(3), "shaking": shaking(unit),
            "frozen": frozen(90, 130), "black": black(90, 100), "background dragged": dragged(10 * unit)}


def print_head() -> None:
    """The names of the columns."""
    print(f"\n{'portrait':<26}{'script or change':<22}" + "".join(f"{name:>8}" for name in COLUMNS), flush=True)


def print_row(row: Row) -> None:
    """One film's figures; a star marks what failed."""
    cells = []
    for name in COLUMNS.values():
        finding = row.findings[name]
        value = "-" if finding.value is None else f"{finding.value:g}"
        cells.append(f"{'*' if finding.verdict == 'failed' else ''}{value}".rjust(8))
    print(f"{row.portrait:<26}{row.script:<22}" + "".join(cells), flush=True)


def summarise(rows: Sequence[Row]) -> int:
    """What all films together say to each limit; how many figures missed one."""
    print(f"\n{'property':<30}{'limit':<16}{'least':>9}{'most':>9}")
    failed = 0
    for name in rows[0].findings:
        found = [(row, row.findings[name]) for row in rows]
        values = [finding.value for _, finding in found if finding.value is not None]
        bad = [f"{row.portrait}/{row.script} {finding.value:g}" for row, finding in found if finding.verdict == "failed"]
        failed += len(bad)
        first = found[0][1]
        least, most = (f"{limit(values):g}" if values else "-" for limit in (min, max))
        print(f"{first.title:<30}{first.threshold:<16}{least:>9}{most:>9}   "
              f"{'MISSED by ' + '; '.join(bad) if bad else 'kept'}")
    print(f"\n{len(rows)} films, {failed} figures outside their limits", flush=True)
    return failed


def summarise_damaged(rows: Mapping[str, Row]) -> int:
    """What the still film must pass and each spoilt one must fail; how many do otherwise."""
    wanted = [("still", name, "passed") for name in STILL_PASSES]
    wanted += [(film, name, "failed") for film, names in MUST_FAIL.items() for name in names]
    print(f"\n{'film':<22}{'property':<30}{'limit':<16}{'value':>9}   must be")
    wrong = 0
    for film, name, verdict in wanted:
        finding = rows[film].findings[name]
        right = (finding.verdict == "passed") == (verdict == "passed")
        wrong += not right
        value = "-" if finding.value is None else f"{finding.value:g}"
        print(f"{film:<22}{finding.title:<30}{finding.threshold:<16}{value:>9}   {verdict}: {'kept' if right else 'MISSED'}")
    print(f"\n{len(rows)} still, drawn and spoilt films, {wrong} of {len(wanted)} verdicts otherwise", flush=True)
    return wrong


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    raise SystemExit(main())
