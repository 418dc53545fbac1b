"""`reels avatar`: from a photo to a folder, its sheets, its checks, its end."""

import contextlib
import dataclasses
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from PIL import Image

from flows import avatar_making, avatars
from flows.cli import main
from tasks.media.rig.model import RIG_TOOL
from tasks.runtime import settings
from tasks.runtime.library import Library
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
FILES = {"avatar.yaml", "photo.json", "portrait.png", "preview.mp4", "rig.json"}
INVENTED = "--synthetic"


def use(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lets the program use a library."""
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    settings.current_settings.cache_clear()
    return root


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mei's head as a photo from a camera: JPEG, not in the shape of a reel."""
    path = tmp_path_factory.mktemp("photo") / "IMG 1 (mei).jpg"
    picture = cv2.imread(str(CHECKOUT / "avatars" / "mei" / "portrait.png"))[250:1330]
    cv2.imwrite(str(path), cv2.resize(picture, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA))
    return path


@pytest.fixture(scope="module")
def added(photo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A library with the avatar `jo` made of that photo, not to be changed; and what was said to machines."""
    root = tmp_path_factory.mktemp("made")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as said:
        use(root, patch)
        assert main(["avatar", "add", str(photo), "--name", "jo", "--title", "Jo: the 1st", "--language", "de-DE",
                     "--brand", "midnight", "--voice", "de+f2", "--consent-by", "Jo Ray", "--relation", "self",
                     "--scope", "reels", "--json"]) == 0
    settings.current_settings.cache_clear()
    return root, json.loads(said.getvalue())


@pytest.fixture(scope="module")
def made(added: tuple[Path, dict[str, Any]]) -> Path:
    """That library."""
    return added[0]


@pytest.fixture
def no_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    """The film is not drawn, which makes a run quick."""
    monkeypatch.setattr(avatar_making, "draw_preview", lambda portrait, rig, target, **_: target.write_bytes(b"film"))


@pytest.fixture
def library(made: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that library which a test may change."""
    return use(Path(shutil.copytree(made, tmp_path / "library")), monkeypatch)


@pytest.fixture
def empty(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library without avatars."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    (root / "avatars").mkdir()
    return use(root, monkeypatch)


def entries(root: Path) -> list[str]:
    """Everything in the folder of avatars, hidden or not."""
    return sorted(path.name for path in (root / "avatars").iterdir())


def rig_of(root: Path) -> dict[str, Any]:
    """The rig file of `jo` as its owner sees it."""
    found: dict[str, Any] = json.loads((root / "avatars" / "jo" / "rig.json").read_text("utf-8"))
    return found


class TestAdd:
    def test_folder_is_complete(self, made: Path, store: Store) -> None:
        """Five files that belong together; a reel can be planned with them."""
        folder = made / "avatars" / "jo"
        assert entries(made) == ["jo"]
        assert {path.name for path in folder.iterdir()} == FILES
        with Image.open(folder / "portrait.png") as portrait:
            assert (portrait.size, portrait.mode) == ((1080, 1920), "RGB")
        avatar = Library(made).avatar("jo")
        assert (avatar.title, avatar.language, avatar.brand) == ("Jo: the 1st", "de-DE", "midnight")
        assert avatar.voice.name == "de+f2"
        assert (avatar.consent.given_by, avatar.consent.relation, avatar.consent.scope) == ("Jo Ray", "self", "reels")
        assert Library(made).snapshot("jo", store).rig is not None

    def test_what_was_found_is_kept_and_told_to_machines(self, added: tuple[Path, dict[str, Any]]) -> None:
        """Every finding with its number and rule; the same in the folder."""
        root, facts = added
        assert (facts["name"], facts["title"], facts["refused"]) == ("jo", "Jo: the 1st", False)
        assert {Path(file).name for file in facts["files"]} == FILES
        kept = json.loads((root / "avatars" / "jo" / "photo.json").read_text("utf-8"))
        assert kept["findings"] == facts["findings"]
        assert {"face", "size", "turned"} <= {finding["check"] for finding in facts["findings"]}
        assert all(finding["threshold"] for finding in facts["findings"])

    def test_refused_photo_is_exit_2_and_leaves_nothing(
        self, empty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """A grey wall has no face: one sentence, the finding for machines."""
        Image.new("RGB", (600, 800), (120, 120, 120)).save(tmp_path / "wall.png")
        assert main(["avatar", "add", str(tmp_path / "wall.png"), "--name", "jo", INVENTED, "--json"]) == 2
        said = capsys.readouterr()
        assert "cannot become an avatar: no face is found" in said.err
        assert "[face: refused below 1]" in said.err
        assert json.loads(said.out)["findings"][0]["verdict"] == "refused"
        assert entries(empty) == []

    @pytest.mark.parametrize(("arguments", "sentence"), [
        (("--name", "Jo", INVENTED), "'Jo' cannot be the name of an avatar"),
        (("--name", "../jo", INVENTED), "'../jo' cannot be the name of an avatar"),
        (("--name", "jo", INVENTED, "--voice", "nobody"), "no espeak voice 'nobody'"),
        (("--name", "jo", INVENTED, "--language", "de-DE", "--voice", "en-us"), "does not speak the script's language"),
        (("--name", "jo", INVENTED, "--brand", "midnigt"), "did you mean 'midnight'?"),
        (("--name", "jo", INVENTED, "--title", " "), "--title is ' '"),
        (("--name", "jo", INVENTED, "--face", "7"), "there is no face 7"),
        (("--name", "jo"), "nobody is here to say whose face it is: run this in a terminal, or add --synthetic"),
        (("--name", "jo", INVENTED, "--scope", "all"), "belong to the consent of a real person"),
    ])
    def test_wrong_request_is_one_sentence_and_leaves_nothing(
        self, empty: Path, photo: Path, arguments: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Exit code 2."""
        monkeypatch.setattr("sys.stdin", io.StringIO())
        assert main(["avatar", "add", str(photo), *arguments]) == 2
        said = capsys.readouterr().err
        assert sentence in said
        assert "Traceback" not in said
        assert entries(empty) == []

    @pytest.mark.usefixtures("no_preview")
    def test_person_at_the_terminal_is_asked(
        self, empty: Path, photo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Not confirmed: nothing; confirmed: the record stands in the folder."""
        for confirmed, code, there in (("n", 2, []), ("y", 0, ["jo"])):
            terminal = io.StringIO(f"1\nJo Ray\nself\n\n\n\n{confirmed}\n")
            terminal.isatty = lambda: True  # type: ignore[method-assign]
            monkeypatch.setattr("sys.stdin", terminal)
            assert main(["avatar", "add", str(photo), "--name", "jo"]) == code
            assert entries(empty) == there
        assert Library(empty).avatar("jo").consent.given_by == "Jo Ray"
        assert "Whose face is it?" in capsys.readouterr().err

    @pytest.mark.parametrize("step", ["build_rig", "draw_preview"])
    def test_interruption_leaves_nothing(
        self, empty: Path, photo: Path, step: str, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Ctrl-C while it works."""
        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(avatar_making, step, interrupted)
        assert main(["avatar", "add", str(photo), "--name", "jo", INVENTED]) == 130
        assert entries(empty) == []


@pytest.mark.usefixtures("no_preview")
class TestReplace:
    def test_taken_name_is_refused(self, library: Path, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Unless --replace says that it is meant."""
        assert main(["avatar", "add", str(photo), "--name", "jo", INVENTED]) == 2
        assert "there is an avatar 'jo' already" in capsys.readouterr().err

    def test_same_photo_keeps_corrections_consent_and_choices(self, library: Path, photo: Path) -> None:
        """Made anew without a word on consent: every file is as it was, the corrected point too."""
        folder = library / "avatars" / "jo"
        rig = rig_of(library)
        x, y = rig["mouth"]["lower"][16]
        rig["mouth"]["lower"][16] = [x, y + 4]
        (folder / "rig.json").write_text(json.dumps(rig), "utf-8")
        before = {name: (folder / name).read_bytes() for name in ("avatar.yaml", "portrait.png", "photo.json")}
        assert main(["avatar", "add", str(photo), "--name", "jo", "--replace"]) == 0
        assert rig_of(library) == rig
        assert {name: (folder / name).read_bytes() for name in before} == before
        assert entries(library) == ["jo"]

    def test_portrait_stays_where_points_were_corrected_on_it(
        self, library: Path, photo: Path, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A later version crops the same photo otherwise: corrected points keep their picture; without any it is new."""
        frame = avatar_making.frame_portrait

        def otherwise(*arguments: Any) -> Any:
            framed = frame(*arguments)
            return dataclasses.replace(framed, image=framed.image[:, ::-1].copy())

        monkeypatch.setattr(avatar_making, "frame_portrait", otherwise)
        folder, rig = library / "avatars" / "jo", rig_of(library)
        portrait = (folder / "portrait.png").read_bytes()
        x, y, z = rig["landmarks"][13]
        rig["landmarks"][13] = [x + 2, y, z]
        (folder / "rig.json").write_text(json.dumps(rig), "utf-8")
        assert main(["avatar", "add", str(photo), "--name", "jo", "--replace"]) == 0
        assert (folder / "portrait.png").read_bytes() == portrait
        assert rig_of(library)["landmarks"][13] == [x + 2, y, z]
        (folder / "rig.json").unlink()
        assert main(["avatar", "add", str(photo), "--name", "jo", "--replace"]) == 0
        assert (folder / "portrait.png").read_bytes() != portrait
        assert Library(library).avatar("jo").consent.given_by == "Jo Ray"

    def test_other_photo_needs_a_consent_of_its_own(
        self, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """It may show somebody else; with one, points of the old portrait mean nothing, title and voice stay."""
        other = tmp_path / "kofi.png"
        shutil.copy(CHECKOUT / "avatars" / "kofi" / "portrait.png", other)
        before = (library / "avatars" / "jo" / "portrait.png").read_bytes()
        monkeypatch.setattr("sys.stdin", io.StringIO())
        assert main(["avatar", "add", str(other), "--name", "jo", "--replace"]) == 2
        assert "nobody is here to say whose face it is" in capsys.readouterr().err
        assert (library / "avatars" / "jo" / "portrait.png").read_bytes() == before
        assert main(["avatar", "add", str(other), "--name", "jo", "--replace", INVENTED]) == 0
        avatar = Library(library).avatar("jo")
        assert (avatar.title, avatar.voice.name, avatar.consent.kind) == ("Jo: the 1st", "de+f2", "synthetic")
        assert (library / "avatars" / "jo" / "portrait.png").read_bytes() != before


class TestShow:
    def test_two_sheets_and_the_facts(self, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Consent, sizes and places in words; nothing else is left beside them."""
        out = tmp_path / "sheets"
        assert main(["avatar", "show", "jo", "--out", str(out)]) == 0
        said = capsys.readouterr().out
        assert "consent of Jo Ray (self)" in said
        assert "portrait 1080 x 1920" in said
        assert sorted(path.name for path in out.iterdir()) == ["rig.jpg", "visemes.jpg"]
        for path in out.iterdir():
            assert str(path) in said
            with Image.open(path) as picture:
                assert min(picture.size) > 2000

    def test_file_may_be_named(self, tmp_path: Path) -> None:
        """The second sheet lies beside it."""
        assert avatars._targets(tmp_path / "jo.PNG", "jo") == (tmp_path / "jo.PNG", tmp_path / "jo-visemes.PNG")
        assert avatars._targets(None, "jo")[0] == Path("out/avatar-jo/rig.jpg").absolute()

    def test_unknown_name_is_exit_2(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With those there are."""
        assert main(["avatar", "show", "joe"]) == 2
        assert "no avatar 'joe'; did you mean 'jo'?" in capsys.readouterr().err


def edit(root: Path, name: str, change: Callable[[str], str]) -> None:
    """Somebody changes a text file of `jo`."""
    path = root / "avatars" / "jo" / name
    path.write_text(change(path.read_text("utf-8")), "utf-8")


class TestCheck:
    def test_good_avatar_passes(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Consent, voice, portrait, rig: a line each."""
        assert main(["avatar", "check", "jo"]) == 0
        said = capsys.readouterr().out
        for subject in ("consent", "voice", "portrait", "rig"):
            assert f"ok    {subject}" in said
        assert said.endswith("jo: all is well\n")

    def test_correction_by_hand_is_accepted_and_named(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With how far the point was moved."""
        rig = rig_of(library)
        rig["eyes"][0]["upper"][12][1] += 3
        edit(library, "rig.json", lambda _: json.dumps(rig))
        assert main(["avatar", "check", "jo"]) == 0
        assert "corrected by hand and kept: left eye upper point 12: moved by 3.0 px" in capsys.readouterr().out

    def test_older_tool_is_noted(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """No reason to stop."""
        edit(library, "rig.json", lambda text: text.replace(f'"tool": "{RIG_TOOL}"', '"tool": "old 0"'))
        assert main(["avatar", "check", "jo"]) == 0
        assert "note  rig       made by 'old 0', and today's is" in capsys.readouterr().out

    @pytest.mark.parametrize(("change", "sentence"), [
        (lambda root: edit(root, "avatar.yaml", lambda text: text.replace("revoked: false", "revoked: true")),
         "was revoked"),
        (lambda root: edit(root, "avatar.yaml", lambda text: text + "  expires: 2020-01-01\n"), "ended on 2020-01-01"),
        (lambda root: edit(root, "avatar.yaml", lambda text: text + "  document: {file: consent.pdf, sha256: "
                           + "a" * 64 + "}\n"), "document 'consent.pdf' of avatar 'jo' is missing"),
        (lambda root: edit(root, "avatar.yaml", lambda text: text.replace("de+f2", "de+nobody")), "variant"),
        (lambda root: shutil.copy(CHECKOUT / "avatars" / "kofi" / "portrait.png", root / "avatars" / "jo" / "portrait.png"),
         "was made for another portrait"),
        (lambda root: edit(root, "rig.json", lambda _: "{}"), "is damaged"),
        (lambda root: edit(root, "rig.json", lambda text: text.replace('"width_px": 1080', '"width_px": 3000')),
         "says 3000 x 1920 pixels, and the portrait has 1080 x 1920"),
        (lambda root: Image.new("RGB", (1080, 1920)).save(root / "avatars" / "jo" / "portrait.png"), "no face is found"),
    ])
    def test_what_stops_a_reel_is_exit_2(
        self, library: Path, change: Callable[[Path], object], sentence: str, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """One line says what it is."""
        change(library)
        assert main(["avatar", "check", "jo", "--json"]) == 2
        report = json.loads(capsys.readouterr().out)
        assert not report["passed"]
        assert any(sentence in remark["sentence"] for remark in report["remarks"] if remark["verdict"] == "refused")

    def test_face_that_is_none_is_only_looked_at(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A product has neither rig nor photo checks."""
        edit(library, "avatar.yaml", lambda text: f"face: false\n{text}")
        assert main(["avatar", "check", "jo"]) == 0
        assert "no face: the camera alone moves" in capsys.readouterr().out


class TestRevoke:
    def test_no_reel_is_made_afterwards(self, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The list and the next reel say so."""
        assert main(["avatar", "revoke", "jo"]) == 0
        assert "is revoked: no new reel is made with it" in capsys.readouterr().out
        assert main(["avatar", "list"]) == 0
        assert "jo           Jo: the 1st (revoked (consent))" in capsys.readouterr().out
        (tmp_path / "talk.txt").write_text("Hallo.")
        assert main(["make", str(tmp_path / "talk.txt"), "--avatar", "jo", "--dry-run"]) == 2
        assert "the consent for avatar 'jo' was revoked" in capsys.readouterr().err


class TestList:
    def test_people_and_machines_read_the_same(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A line an avatar: name, title, consent."""
        assert main(["avatar", "list"]) == 0
        page = capsys.readouterr().out.splitlines()
        assert main(["avatar", "list", "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert [line.split()[0] for line in page] == [facts["name"] for facts in listed]
        assert page[0].startswith("ada          Ada (synthetic): ")
        assert listed[0]["consent"]["kind"] == "synthetic"
