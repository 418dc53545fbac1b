"""`reels check`: a drawn film of known making, what becomes of it when it is spoilt, and files that are no such film."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flows.check import find_manifest, page_path
from flows.cli import main
from tasks.animation.base import Take
from tasks.animation.puppet import PuppetAnimation
from tasks.domain.errors import FixRequest
from tasks.domain.plan import Voice
from tasks.domain.timeline import FPS
from tasks.lipsync.visemes import VisemeLipSync
from tasks.media.audio.envelope import frame_loudness
from tasks.media.audio.wav import write_wav
from tasks.media.drawing.puppet import Puppet
from tasks.media.ffmpeg import encoder, find_ffmpeg, local_file, raw_video, run
from tasks.media.rig.model import Rig, read_portrait
from tasks.script.parse import parse_script
from tasks.speech.base import RATE_HZ, Recording
from tasks.speech.espeak import EspeakVoice

CHECKOUT = Path(__file__).parents[2]
ADA = CHECKOUT / "avatars" / "ada"
TEXT = "Papa bought a big boat. Maybe Bob may paint it."
SIZE = (270, 480)
OFFSET_TOLERANCE_MS = 15
"""Half a frame."""


@dataclass(frozen=True)
class Drawn:
    """Ada saying `TEXT`, at a quarter of the usual size."""

    folder: Path
    film: Path
    script: Path
    recording: Recording

    def changed(self, name: str, *options: str) -> Path:
        """The film as ffmpeg makes it with some options."""
        target = self.folder / name
        if not target.exists():
            run(find_ffmpeg(), ["-i", local_file(self.film), *options, local_file(target)], place=target)
        return target


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """Voice, motion, lip-sync and drawing without a flow."""
    folder = tmp_path_factory.mktemp("drawn")
    recording = EspeakVoice(Voice(name="en-us+f3", language="en-US")).read(parse_script(TEXT))
    words, phonemes = recording.words or (), recording.phonemes or ()
    loudness = frame_loudness(recording.samples, RATE_HZ, FPS, round(recording.duration_s * FPS))
    motion = PuppetAnimation().motion(Take(words, phonemes, loudness, seed=1, content="ada"))
    mouth = VisemeLipSync().mouth(phonemes, loudness)
    rig = Rig.read(ADA / "rig.json")
    puppet = Puppet(read_portrait(ADA / "portrait.png", rig), rig, SIZE)
    write_wav(folder / "voice.wav", recording.samples, RATE_HZ)
    (folder / "talk.txt").write_text(TEXT)
    arguments = [*raw_video(SIZE, FPS), "-i", local_file(folder / "voice.wav"), "-c:v", "libx264", "-preset", "veryfast",
                 "-c:a", "aac", local_file(folder / "film.mp4")]
    with encoder(find_ffmpeg(), arguments, place=folder) as write:
        for index in range(len(loudness)):
            write(puppet.frame(motion.at(index) | mouth.at(index)))
    return Drawn(folder, folder / "film.mp4", folder / "talk.txt", recording)


def examine(video: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    """Runs `reels check --json`; gives the exit code and the report, its findings by name."""
    code = main(["check", str(video), "--json", *options])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    report = json.loads(said.out)
    return code, report | {"findings": {finding["name"]: finding for finding in report["findings"]}}


@pytest.mark.usefixtures("home")
class TestDrawnFilm:
    def test_report_reads_the_film_off_its_pixels(
        self, drawn: Drawn, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    ) -> None:
        """Mouth, identity, stillness and coherence of a film that nothing is wrong with; and the page with its curves."""
        _, report = examine(drawn.film, capsys, "--script", str(drawn.script), "--avatar", "ada",
                            "--html", str(tmp_path / "p.html"))
        found = report["findings"]
        passed = {"face_seen", "av_offset", "av_correlation", "mouth_range", "bilabials_closed", "pause_opening",
                  "coherence", "flicker", "identity_looks", "identity_shape", "background", "sharpness", "black_run",
                  "frozen_run"}
        assert {name for name in passed if found[name]["verdict"] != "passed"} == set()
        assert found["blink_rate"]["verdict"] == "not measured"
        assert "embedded voice" in report["times_from"]
        page = (tmp_path / "p.html").read_text()
        assert page.count("<svg") == 6
        assert re.findall(r"""(?:src|href)\s*=\s*["'](?!data:)""", page) == []
        assert "<script" not in page
        assert "url(" not in page

    def test_sound_that_is_late_is_told_by_how_much(self, drawn: Drawn, capsys: pytest.CaptureFixture[str]) -> None:
        """Its container starts it 150 ms later; nothing is encoded anew. Late is negative."""
        late = drawn.folder / "late.mp4"
        source = ["-i", local_file(drawn.film)]
        run(find_ffmpeg(), [*source, "-itsoffset", "0.15", *source, "-map", "0:v", "-map", "1:a", "-c", "copy",
                            local_file(late)], place=late)
        code, report = examine(late, capsys)
        assert code == 1
        assert report["findings"]["av_offset"]["value"] == pytest.approx(-150, abs=40 + OFFSET_TOLERANCE_MS)
        assert report["findings"]["av_offset"]["verdict"] == "failed"

    def test_uneven_frames_lying_on_their_side_are_measured_upright(
        self, drawn: Drawn, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """A third of the frames is gone and the film is stored turned by a quarter; its metadata set it upright."""
        turned = drawn.changed("turned.mp4", "-vf", "transpose=1,select='mod(n,3)'", "-fps_mode", "vfr", "-c:a", "copy")
        upright = drawn.folder / "upright.mp4"
        run(find_ffmpeg(), ["-display_rotation", "90", "-i", local_file(turned), "-c", "copy", local_file(upright)],
            place=upright)
        _, report = examine(upright, capsys)
        assert (report["width"], report["height"]) == SIZE
        assert report["findings"]["face_seen"]["value"] == 100
        assert report["findings"]["av_offset"]["verdict"] == "passed"

    def test_a_still_picture_is_itself_and_does_not_speak(self, drawn: Drawn, capsys: pytest.CaptureFixture[str]) -> None:
        """Identity, stillness and coherence pass; mouth and movement do not."""
        frozen = drawn.changed("still.mp4", "-vf", "trim=end_frame=1,loop=75:1", "-c:a", "copy", "-shortest")
        code, report = examine(frozen, capsys, "--avatar", "ada")
        verdicts = {name: finding["verdict"] for name, finding in report["findings"].items()}
        assert code == 1
        for name in ("coherence", "flicker", "identity_looks", "identity_shape", "background", "head_jitter"):
            assert verdicts[name] == "passed", name
        for name in ("mouth_range", "frozen_run", "yaw_range"):
            assert verdicts[name] == "failed", name
        assert verdicts["av_offset"] == "not measured"

    def test_another_face_and_another_text_are_told(
        self, drawn: Drawn, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    ) -> None:
        """Identity fails; times of sounds are not taken from a text that is not spoken."""
        other = tmp_path / "other.txt"
        other.write_text("Every second our planet receives more energy from the sun than we use in an hour.")
        _, report = examine(drawn.film, capsys, "--script", str(other),
                            "--portrait", str(CHECKOUT / "avatars" / "kofi" / "portrait.png"))
        assert report["findings"]["identity_looks"]["verdict"] == "failed"
        assert report["findings"]["identity_shape"]["verdict"] == "failed"
        assert report["findings"]["bilabials_closed"]["verdict"] == "not measured"
        assert "is not ada's embedded voice reading the script" in report["findings"]["bilabials_closed"]["note"]

    def test_table_says_why_something_is_not_measured(self, drawn: Drawn, capsys: pytest.CaptureFixture[str]) -> None:
        """A second without sound."""
        silent = drawn.changed("silent.mp4", "-vf", "trim=end_frame=30", "-an")
        main(["check", str(silent)])
        page = capsys.readouterr().out
        assert re.search(r"mouth follows the voice .* not measured \(the film has no sound\)", page)
        assert re.search(r"lips meet on p, b, m .* not measured \(no manifest lies beside the video", page)


@pytest.mark.usefixtures("home")
class TestCompare:
    """`reels compare`: the same film, well and spoilt."""

    def test_best_take_comes_first(self, drawn: Drawn, capsys: pytest.CaptureFixture[str]) -> None:
        """Wherever it stands; each other one says what is wrong with it."""
        blurred, dark = drawn.changed("blurred.mp4", "-vf", "gblur=3"), drawn.changed(
            "dark.mp4", "-vf", "drawbox=color=black:t=fill:enable='between(t,1,1.3)'")
        code = main(["compare", str(blurred), str(drawn.film), str(dark), "--avatar", "ada", "--json"])
        first, *others = json.loads(capsys.readouterr().out)
        assert (code, first["video"], first["failed"]) == (0, str(drawn.film), [])
        faults = {Path(other["video"]).name: other["failed"] for other in others}
        assert "sharpness" in faults["blurred.mp4"]
        assert "black_run" in faults["dark.mp4"]

    def test_no_good_take_is_told(self, drawn: Drawn, capsys: pytest.CaptureFixture[str]) -> None:
        """With the exit code of a film that failed."""
        blurred = drawn.changed("blurred.mp4", "-vf", "gblur=3")
        assert main(["compare", str(blurred), "--avatar", "ada"]) == 1
        said = capsys.readouterr().out
        assert "detail of the portrait kept" in said
        assert "make another" in said

    def test_missing_film_is_answered(self, drawn: Drawn, capsys: pytest.CaptureFixture[str]) -> None:
        """Before any is watched."""
        assert main(["compare", str(drawn.film), "nothing.mp4"]) == 2
        assert "there is no film 'nothing.mp4'" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
class TestFilmsWithoutAFace:
    def test_every_figure_says_why_there_is_none(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A moving square, 32 pixels wide."""
        film = tmp_path / "square.mp4"
        with encoder(find_ffmpeg(), [*raw_video((32, 48), FPS), local_file(film)], place=film) as write:
            for index in range(20):
                frame = np.full((72, 32), 128, np.uint8)
                frame[10:20, index:index + 10] = 235
                write(frame)
        code, report = examine(film, capsys)
        assert code == 1
        assert report["findings"]["face_seen"]["value"] == 0
        notes = {finding["note"] for finding in report["findings"].values() if finding["verdict"] == "not measured"}
        assert notes == {"no face is seen"}


@pytest.mark.usefixtures("home")
class TestBadRequests:
    """Exit code 2, one sentence."""

    @pytest.mark.parametrize(("name", "content", "sentence"), [
        ("nothing.mp4", None, "is missing"),
        ("text.mp4", b"This is no film.", "is damaged or of a kind that is not read here"),
        ("empty.mp4", b"", "is damaged or of a kind that is not read here"),
        ("list.m3u8", b"#EXTM3U\n#EXTINF:1,\nfilm.mp4\n", "is damaged or of a kind that is not read here"),
    ])
    def test_what_is_no_film_is_answered(
        self, name: str, content: bytes | None, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        assert main(["check", str(tmp_path / name)]) == 2
        said = capsys.readouterr()
        assert sentence in said.err
        assert said.err.count("\n") == 1
        assert said.out == ""

    def test_a_sound_has_no_picture(self, drawn: Drawn, capsys: pytest.CaptureFixture[str]) -> None:
        sound = drawn.changed("sound.mp4", "-vn", "-c:a", "copy")
        assert main(["check", str(sound)]) == 2
        assert "has no picture, only sound" in capsys.readouterr().err

    @pytest.mark.parametrize(("options", "sentence"), [
        (["--avatar", "adda"], "no avatar 'adda'; did you mean 'ada'?"),
        (["--portrait", "nobody.png"], "'nobody.png' is missing"),
        (["--manifest", "nothing.json"], "there is no manifest at 'nothing.json'"),
        (["--script", "nothing.txt"], "there is no script at"),
        (["--portrait", "a.png", "--avatar", "ada"], "not allowed with argument"),
    ])
    def test_what_goes_with_the_film_is_checked_too(
        self, options: list[str], sentence: str, drawn: Drawn, capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert main(["check", str(drawn.film), *options]) == 2
        assert sentence in capsys.readouterr().err

    def test_a_folder_is_no_film(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", str(tmp_path)]) == 2
        assert "is a folder: name the video in it" in capsys.readouterr().err

    def test_the_page_does_not_take_the_place_of_the_film(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Nor by another way to it."""
        film = tmp_path / "film.mp4"
        film.write_bytes(b"film")
        (tmp_path / "page.html").symlink_to(film)
        for page in (film, tmp_path / "page.html"):
            assert main(["check", str(film), "--html", str(page)]) == 2
            assert "is a file that is read here, and the page would take its place" in capsys.readouterr().err
        assert film.read_bytes() == b"film"

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        os.mkfifo(tmp_path / "film.mp4")
        assert main(["check", str(tmp_path / "film.mp4")]) == 2
        assert "is a folder, a device or a pipe, not a file" in capsys.readouterr().err


class TestManifest:
    def test_one_of_another_file_is_not_used(self, tmp_path: Path) -> None:
        """Its digest decides, not its place."""
        (tmp_path / "reel.mp4").write_bytes(b"film")
        (tmp_path / "reel.json").write_text(manifest_of(hashlib.sha256(b"another").hexdigest()))
        assert find_manifest(tmp_path / "reel.mp4", None)[0] is None
        assert "is of another file" in find_manifest(tmp_path / "reel.mp4", None)[1]
        (tmp_path / "reel.json").write_text(manifest_of(hashlib.sha256(b"film").hexdigest()))
        found = find_manifest(tmp_path / "reel.mp4", None)[0]
        assert found is not None
        assert [phoneme.ipa for phoneme in found.phonemes] == ["m"]

    def test_a_named_one_must_be_one(self, tmp_path: Path) -> None:
        (tmp_path / "reel.json").write_text("{}")
        with pytest.raises(FixRequest, match="is no manifest of a reel"):
            find_manifest(tmp_path / "reel.mp4", tmp_path / "reel.json")
        assert find_manifest(tmp_path / "reel.mp4", None) == (None, "")


def test_page_goes_beside_the_video_unless_a_place_is_named(tmp_path: Path) -> None:
    assert page_path("", tmp_path / "reel.mp4") == tmp_path / "reel-check.html"
    assert page_path("out/page.html", tmp_path / "reel.mp4") == Path("out/page.html")


def manifest_of(sha256: str) -> str:
    """The least that a manifest says."""
    sound = {"ipa": "m", "start_s": 0.1, "end_s": 0.2, "word": 0}
    consent = {"kind": "synthetic", "statement": "Invented."}
    approval = {"decision": "approved", "who": "a", "how": "--yes", "when": "2026-01-01T00:00:00Z", "sha256": sha256}
    media = {"width": 1, "height": 1, "fps": 30, "duration_s": 1, "codecs": {}, "loudness_lufs": -14, "true_peak_dbtp": -1}
    return json.dumps({
        "schema": 1, "id": "x", "title": "T", "seed": 1, "script": {"text": "", "sha256": sha256}, "approval": approval,
        "avatar": {"name": "ada", "sha256": sha256}, "consent": consent, "disclosure": {"label": "AI"}, "words": [],
        "phonemes": [sound], "stages": [], "quality": {}, "media": media, "files": [{"path": "reel.mp4", "sha256": sha256}],
        "warnings": []})
