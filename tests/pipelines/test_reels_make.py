"""The whole story, from a script file to a finished set, as the command line tells it."""

import hashlib
import json
from pathlib import Path

import pytest

from flows.cli import main
from tasks.domain.reel import Manifest
from tasks.runtime.store import Store

FAKES = ["speech=tone", "alignment=even", "animation=still", "lipsync=flap"]
"""Stand-ins that make a run quick; drawing, captions, render and quality are the real ones."""
FILES = {"reel.mp4", "reel.json", "captions.srt", "captions.vtt", "cover.jpg", "post.json"}


@pytest.fixture
def folder(prefect: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in; flows run on the tests' own Prefect server."""
    monkeypatch.setattr("flows.make.connect", lambda settings: None)
    return tmp_path


def write(folder: Path, text: str, name: str = "script.yaml") -> Path:
    """A script file."""
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def make(script: Path, *more: str, engines: list[str] = FAKES) -> int:
    """`reels make` into a folder beside the script."""
    chosen = [part for engine in engines for part in ("--engine", engine)]
    return main(["make", str(script), "--yes", "--out", str(script.parent / "out"), *chosen, *more])


def manifest(folder: Path) -> Manifest:
    """The manifest of the reel in `folder`/out."""
    return Manifest.model_validate_json((folder / "out" / "reel.json").read_bytes())


def made_again(folder: Path) -> list[str]:
    """Stages of the last run that were not kept from an earlier one."""
    return [stage.name for stage in manifest(folder).stages if not stage.cached]


class TestFirstReel:
    """The default engines, for real."""

    def test_one_word_becomes_a_complete_reel(self, folder: Path) -> None:
        """Every promised file is there, the manifest agrees with the files, every check passed."""
        assert make(write(folder, "Hello.", "hello.txt"), engines=[]) == 0
        out = folder / "out"
        assert {path.name for path in out.iterdir()} == FILES
        papers = manifest(folder)
        for file in papers.files:
            assert hashlib.sha256((out / file.path).read_bytes()).hexdigest() == file.sha256
        assert [word.text for word in papers.words] == ["Hello."]
        assert (papers.media.width, papers.media.height, papers.media.fps) == (1080, 1920, 30)
        assert all(measured.passed for measured in papers.quality.values())
        assert papers.approval.how == "--yes"
        assert papers.disclosure.label
        assert papers.consent.kind == "synthetic"
        assert {stage.name: stage.engine for stage in papers.stages} == {
            "speech": "espeak", "alignment": "voice", "animation": "puppet", "lipsync": "visemes", "captions": "ass",
            "overlays": "ass", "sound": "mix", "picture": "ffmpeg", "render": "ffmpeg", "quality": "embedded"}


class TestSecondRun:
    """What a rerun does again, and what it keeps."""

    def test_nothing_is_made_or_published_twice(self, folder: Path, prefect: Store) -> None:
        """The same script again keeps every stage and the one publication."""
        script = write(folder, "title: Twice\nbeats: [{say: Again and again.}]\n")
        assert make(script) == 0
        assert made_again(folder) == ["speech", "alignment", "animation", "lipsync", "captions", "overlays", "sound",
                                      "picture", "render", "quality"]
        first = (folder / "out" / "reel.mp4").read_bytes()
        assert make(script) == 0
        assert made_again(folder) == []
        assert (folder / "out" / "reel.mp4").read_bytes() == first
        assert len(list((prefect.root / "published").iterdir())) == 1

    def test_another_caption_colour_leaves_voice_and_face_alone(self, folder: Path) -> None:
        """Only what shows the colour is made again, and no new approval is needed."""
        assert make(write(folder, "title: Colour\nbeats: [{say: Look here.}]\n")) == 0
        approved = manifest(folder).approval
        assert make(write(folder, "title: Colour\ncaptions: {colour: '#00e5ff'}\nbeats: [{say: Look here.}]\n")) == 0
        assert made_again(folder) == ["captions", "picture", "render", "quality"]
        assert manifest(folder).approval == approved

    def test_damaged_voice_is_spoken_again(self, folder: Path, prefect: Store) -> None:
        """A file of the store that lost its content is made anew."""
        script = write(folder, "title: Damage\nbeats: [{say: Mend me.}]\n")
        assert make(script) == 0
        voice = next((prefect.root / "files").rglob("*.wav"))
        voice.write_bytes(voice.read_bytes()[:-1] + b"x")
        assert make(script) == 0
        assert "speech" in made_again(folder)


class TestApproval:
    """Nobody passes the gate without a record."""

    def test_without_a_person_or_yes_nothing_is_made(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Exit 5, one sentence, no folder."""
        monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115, PTH123
        script = write(folder, "Nobody asked.", "s.txt")
        assert main(["make", str(script), "--out", str(folder / "out")]) == 5
        assert "--yes" in capsys.readouterr().err
        assert not (folder / "out").exists()

    def test_edited_script_is_asked_about_again(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """An approval stands for the words it was given to."""
        monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115, PTH123
        arguments = ["--engine", "speech=tone", "--engine", "alignment=even", "--engine", "animation=still",
                     "--engine", "lipsync=flap", "--out", str(folder / "out")]
        assert make(write(folder, "title: A\nbeats: [{say: First words.}]\n")) == 0
        assert main(["make", str(write(folder, "title: A\nbeats: [{say: First words.}]\n")), *arguments]) == 0
        assert main(["make", str(write(folder, "title: A\nbeats: [{say: Other words.}]\n")), *arguments]) == 5


class TestRefusal:
    """A reel that fails a check."""

    def test_is_kept_for_inspection_and_never_published(
        self, folder: Path, prefect: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Exit 1, the failed check is named, the file lies in its own folder, an earlier good reel stays."""
        script = write(folder, "title: Bad\nbeats: [{say: Too loud.}]\n")
        monkeypatch.setattr("tasks.quality.thresholds.LOUDNESS_LUFS", -30.0)
        assert make(script) == 1
        assert "loudness" in capsys.readouterr().err
        assert {path.name for path in (folder / "out" / "refused").iterdir()} == FILES
        assert not (folder / "out" / "reel.mp4").exists()
        assert not (prefect.root / "published").exists()
        refused = json.loads((folder / "out" / "refused" / "reel.json").read_text())
        assert refused["quality"]["loudness"]["passed"] is False
