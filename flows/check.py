"""`reels check`: the quality report of any video of a talking face."""

import argparse
import math
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import ValidationError

from flows.choices import Choices
from flows.planning import AVATAR, BRAND
from flows.pronunciations import settle_pronunciations
from flows.speaking import settle_voice
from tasks.domain.check import CheckReport, Finding
from tasks.domain.errors import FixRequest, QualityRefused
from tasks.domain.reel import Manifest
from tasks.domain.script import Script
from tasks.domain.speech import Phoneme
from tasks.media.audio.sound_level import SoundLevel, level_of
from tasks.media.metrics.sound_match import sound_match
from tasks.media.text.text_file import read_text
from tasks.quality.examination import examine
from tasks.quality.face_evidence import SpokenTimes
from tasks.quality.face_page import page
from tasks.quality.face_thresholds import LEAST_MATCH
from tasks.runtime.engines import default_engines, load_engine
from tasks.runtime.library import Library
from tasks.runtime.settings import current_settings
from tasks.runtime.store import sha256_of, writable
from tasks.script.parse import read_script

MANIFEST = "reel.json"
"""The manifest as it lies beside a finished reel."""
NOBODY = SpokenTimes((), "not known", "no manifest lies beside the video, and no script was named")
"""Where nothing says what is spoken."""

Times = Callable[[SoundLevel | None], SpokenTimes]


def check(arguments: argparse.Namespace) -> int:
    """Examines one video and prints the report.

    Returns:
        0 when everything that was measured passed, 1 when something failed.
    """
    library = Library(current_settings().library_path)
    video: Path = arguments.video
    if video.is_dir():
        raise FixRequest(f"{str(video)!r} is a folder: name the video in it, e.g. {str(video / 'reel.mp4')!r}")
    target = None if arguments.html is None else page_path(arguments.html, video)
    if target is not None:
        require_harmless(target, (video, arguments.manifest, arguments.script, arguments.portrait))
    manifest, why_not = find_manifest(video, arguments.manifest)
    portrait, name = find_portrait(arguments.portrait, arguments.avatar, manifest, library)
    script = read_script(arguments.script) if arguments.script else None
    examination = examine(video, portrait=portrait, portrait_name=name, progress=_progress(),
                          times=times_of(manifest, script, arguments.avatar, library, why_not))
    report = examination.report
    sys.stdout.write(report.model_dump_json(by_alias=True, indent=2) + "\n" if arguments.json else table(report))
    if target is not None:
        write_page(page(examination, video, library.templates), target)
    return QualityRefused.exit_code if report.failed else 0


def find_manifest(video: Path, named: Path | None) -> tuple[Manifest | None, str]:
    """The manifest to go by, and else why there is none.

    Args:
        video: the file to be checked.
        named: a manifest somebody named; else the one beside the video counts, if it is of this very file.

    Raises:
        FixRequest: the named file is no manifest.
    """
    if named is not None:
        return read_manifest(named), ""
    beside = video.with_name(MANIFEST)
    if not beside.is_file() or not video.is_file():
        return None, ""
    try:
        manifest = read_manifest(beside)
    except FixRequest:
        return None, f"the {MANIFEST} beside the video cannot be read as a manifest"
    digest = sha256_of(video)
    if digest not in {file.sha256 for file in manifest.files}:
        return None, f"the {MANIFEST} beside the video is of another file; if it fits all the same, name it with --manifest"
    return manifest, ""


def read_manifest(path: Path) -> Manifest:
    """Reads a manifest.

    Raises:
        FixRequest: it is missing, or no manifest.
    """
    text = read_text(path, kind="manifest", error=FixRequest)
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "its start"
        raise FixRequest(f"{str(path)!r} is no manifest of a reel (wrong at {place!r}): name a {MANIFEST}") from error


def find_portrait(file: Path | None, avatar: str | None, manifest: Manifest | None, library: Library
                  ) -> tuple[Path | None, str]:
    """Whose face the film's face should be, and how that is said in the report.

    Raises:
        FixRequest: there is no such file or avatar, or the avatar has no face.
    """
    if file is not None:
        return file, f"the portrait {file.name!r}"
    if avatar is None and manifest is not None and manifest.avatar.name in library.avatar_names():
        avatar = manifest.avatar.name if library.avatar(manifest.avatar.name).face else None
    elif avatar is not None and not library.avatar(avatar).face:
        raise FixRequest(f"the avatar {avatar!r} has no face to compare with: leave --avatar out")
    return (library.file(f"avatars/{avatar}/portrait.png"), f"the avatar {avatar!r}") if avatar else (None, "")


def times_of(manifest: Manifest | None, script: Script | None, avatar: str | None, library: Library, why_not: str) -> Times:
    """How to know when which sound is heard: from the manifest, else from the embedded voice reading the script."""
    if manifest is not None:
        spoken = SpokenTimes(manifest.phonemes, f"the manifest of {manifest.title!r}",
                             "" if manifest.phonemes else "the manifest knows no single sounds")
        return lambda _: spoken
    if script is not None:
        return lambda sound: read_aloud(script, avatar, library, sound)
    return lambda _: SpokenTimes((), NOBODY.source, why_not) if why_not else NOBODY


def read_aloud(script: Script, avatar: str | None, library: Library, sound: SoundLevel | None) -> SpokenTimes:
    """Times of the embedded voice reading a script, if that is what the film's sound is.

    Args:
        script: what should be spoken.
        avatar: whose voice it should be; else the script's own avatar, else the usual one.
        library: where avatars are.
        sound: of the film.
    """
    if sound is None:
        return SpokenTimes((), NOBODY.source, "the film has no sound")
    name = avatar or script.avatar or AVATAR
    engine = default_engines()["speech"]
    presenter = library.avatar(name)
    voice, brand = settle_voice(script, presenter, engine, Choices(), given={}), script.brand or presenter.brand or BRAND
    said = settle_pronunciations(script, library.brand(brand), voice.language).entries
    voice = voice.model_copy(update={"pronunciations": said})
    recording = load_engine("speech", engine)(voice).read(script)
    late_s, match = sound_match(sound, level_of(recording.samples, round(len(recording.samples) / recording.duration_s)))
    if match < LEAST_MATCH:
        return SpokenTimes((), NOBODY.source, f"the sound is not {name}'s embedded voice reading the script (its level fits"
                           f" by {match:.2f}, {LEAST_MATCH:g} is needed)")
    return SpokenTimes(tuple(_moved(phoneme, late_s) for phoneme in recording.phonemes or ()),
                       f"the embedded voice reading the script, which fits the film's sound by {match:.2f}")


def table(report: CheckReport) -> str:
    """The report as text."""
    lines = [f"{report.video}: {report.width}x{report.height}, {report.fps:.2f} frames a second, {report.duration_s:.1f} s",
             f"compared with {report.compared_with}; times of sounds: {report.times_from}",
             *(f"note: {note}" for note in report.notes), ""]
    lines += [f"{finding.title:<26} {_value(finding):>24}   {finding.threshold:<16} {finding.verdict}{_why(finding)}"
              for finding in report.findings]
    verdict = f"failed: {', '.join(report.failed)}" if report.failed else "everything that was measured passed"
    return "\n".join([*lines, "", verdict, ""])


def page_path(asked: str, video: Path) -> Path:
    """Where the page goes: the file asked for, else beside the video."""
    return Path(asked) if asked else video.with_name(f"{video.stem}-check.html")


def require_harmless(target: Path, read: Iterable[Path | None]) -> None:
    """Makes sure that the page takes the place of none of the files it is about.

    Raises:
        FixRequest: it would.
    """
    if any(file is not None and file.exists() and target.exists() and target.samefile(file) for file in read):
        raise FixRequest(f"--html {str(target)!r} is a file that is read here, and the page would take its place: give the"
                         " page another name")


def write_page(text: str, target: Path) -> None:
    """Writes the page.

    Raises:
        NotWritable: it cannot be written there.
    """
    with writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    sys.stderr.write(f"the page lies in {target}\n")


def _moved(phoneme: Phoneme, late_s: float) -> Phoneme:
    return phoneme.model_copy(update={"start_s": max(0.0, phoneme.start_s + late_s),
                                      "end_s": max(0.0, phoneme.end_s + late_s)})


def _value(finding: Finding) -> str:
    return "-" if finding.value is None or math.isnan(finding.value) else f"{finding.value:g} {finding.unit}".strip()


def _why(finding: Finding) -> str:
    return f" ({finding.note})" if finding.note else ""


def _progress() -> Callable[[float], None]:
    """Tells a person how far the film has been watched."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(time_s: float) -> None:
        sys.stderr.write(f"\rwatched {time_s:6.1f} s")
        sys.stderr.flush()

    return show
