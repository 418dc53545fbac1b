"""An avatar's folder as a whole: complete or not there, and its description as people would write it."""

import datetime as dt
from pathlib import Path

import pytest

from tasks.domain.avatar import Avatar, Consent, ConsentDocument
from tasks.domain.errors import ConsentMissing, FixRequest, NotWritable
from tasks.domain.script import VoiceChoice
from tasks.runtime.avatar_folder import as_yaml, complete_folder, read_photo_record, require_free, revoke, write_description
from tasks.runtime.library import Library

PERSON = Consent(kind="consent", statement="Jo agreed.", given_by="Jo: #1 \"Ray\"", relation="self",
                 date=dt.date(2026, 1, 31), scope="reels in German & English, 'ours'", expires=dt.date(2027, 1, 31),
                 document=ConsentDocument(file="consent.pdf", sha256="0" * 64))
NASTY = ("no", "yes: no", "# not a comment", "- item", "'quoted' \"twice\"", "{braces}", "2026-01-31", "1e3", "null", "~",
         "& and *", "über 東京 🙂", "$(rm -rf ~); `x` | y", "a" * 300, "=", "<<", "@home", "%a", "!tag", "trailing:")
"""Titles that mean something to YAML, to a shell, or are long."""


def avatar(**fields: object) -> Avatar:
    """An avatar of an invented face."""
    return Avatar.model_validate({"title": "Jo", "consent": {"kind": "synthetic", "statement": "Invented."}, **fields})


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library with one avatar, `jo`, that has a description and a note of its owner."""
    folder = tmp_path / "avatars" / "jo"
    folder.mkdir(parents=True)
    write_description(avatar(consent=PERSON), folder)
    (folder / "notes.txt").write_text("mine")
    return Library(tmp_path)


class TestRequireFree:
    @pytest.mark.parametrize("name", ["", "Jo", "../jo", "/jo", "a b", ".jo", "jo\n", "-rf", "a" * 65, "jo/x", "$(x)"])
    def test_odd_names_are_refused(self, library: Library, name: str) -> None:
        """Whatever would surprise a shell or a path."""
        with pytest.raises(FixRequest, match="cannot be the name of an avatar"):
            require_free(library.root, name, replace=True)

    def test_taken_name_needs_replace(self, library: Library) -> None:
        """Nobody's avatar is lost by accident."""
        with pytest.raises(FixRequest, match="there is an avatar 'jo' already: .* --replace"):
            require_free(library.root, "jo", replace=False)
        assert require_free(library.root, "jo", replace=True) == library.root / "avatars" / "jo"

    def test_link_or_file_is_never_replaced(self, library: Library, tmp_path: Path) -> None:
        """It leads elsewhere, or is somebody else's."""
        (library.root / "avatars" / "link").symlink_to(tmp_path)
        (library.root / "avatars" / "file").touch()
        for name in ("link", "file"):
            with pytest.raises(FixRequest, match="no plain folder"):
                require_free(library.root, name, replace=True)


class TestCompleteFolder:
    def entries(self, library: Library) -> list[str]:
        """Everything beside the avatars, hidden or not."""
        return sorted(path.name for path in (library.root / "avatars").iterdir())

    def test_folder_appears_complete(self, library: Library) -> None:
        """Not before the block has ended; with the permissions of any new folder."""
        with complete_folder(library.root / "avatars" / "mo") as draft:
            write_description(avatar(), draft)
            assert library.avatar_names() == ("jo",)
        assert library.avatar_names() == ("jo", "mo")
        assert self.entries(library) == ["jo", "mo"]
        (library.root / "avatars" / "plain").mkdir()
        assert (library.root / "avatars" / "mo").stat().st_mode == (library.root / "avatars" / "plain").stat().st_mode

    @pytest.mark.parametrize("name", ["mo", "jo"])
    @pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
    def test_interruption_leaves_everything_as_it_was(
        self, library: Library, name: str, interruption: type[BaseException],
    ) -> None:
        """A new one is not there, an old one is the old one."""
        with pytest.raises(interruption), complete_folder(library.root / "avatars" / name) as draft:
            (draft / "portrait.png").write_bytes(b"half")
            raise interruption
        assert self.entries(library) == ["jo"]
        assert (library.root / "avatars" / "jo" / "notes.txt").read_text() == "mine"

    def test_old_one_comes_back_when_the_new_one_cannot_be_put(
        self, library: Library, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Interrupted between the two renames."""
        rename = Path.rename

        def interrupted(self: Path, target: Path) -> Path:
            if self.name == "new":
                raise KeyboardInterrupt
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", interrupted)
        with pytest.raises(KeyboardInterrupt), complete_folder(library.root / "avatars" / "jo") as draft:
            write_description(avatar(title="New"), draft)
        assert self.entries(library) == ["jo"]
        assert library.avatar("jo").consent == PERSON

    def test_name_taken_meanwhile_is_told(self, library: Library) -> None:
        """Two programs at once: the second one says so."""
        with pytest.raises(FixRequest, match="there is an avatar 'mo' already"), \
                complete_folder(library.root / "avatars" / "mo") as draft:
            write_description(avatar(), draft)
            (library.root / "avatars" / "mo").touch()
        assert self.entries(library) == ["jo", "mo"]

    def test_place_that_cannot_be_written_is_told(self) -> None:
        """Exit code 3, with the place."""
        with pytest.raises(NotWritable, match="cannot write to '/proc"), complete_folder(Path("/proc/avatars/mo")):
            pytest.fail("the block was begun")


class TestAsYaml:
    @pytest.mark.parametrize("title", NASTY)
    def test_any_text_is_read_as_it_was_written(self, library: Library, title: str) -> None:
        """Words of people are data."""
        wanted = avatar(title=title, description=title, brand=title, consent={
            "kind": "public-domain", "statement": title})
        write_description(wanted, library.root / "avatars" / "jo")
        assert library.avatar("jo") == wanted

    def test_consent_of_a_person_is_complete(self, library: Library) -> None:
        """Every field, and the line that revokes it, ready to be changed."""
        text = as_yaml(avatar(voice=VoiceChoice(engine="espeak", name="de"), language="de-DE", consent=PERSON))
        for line in ("schema: 1", "title: Jo", "language: de-DE", "  engine: espeak", "  relation: self",
                     "  date: 2026-01-31", "  expires: 2027-01-31", "  revoked: false", "    file: consent.pdf"):
            assert line in text.splitlines()
        assert library.avatar("jo").consent == PERSON


class TestRevoke:
    def description(self, library: Library) -> Path:
        """The file of `jo`."""
        return library.root / "avatars" / "jo" / "avatar.yaml"

    def test_one_line_changes(self, library: Library) -> None:
        """Everything else, comments too, stays as its owner wrote it; once more is nothing new."""
        path = self.description(library)
        text = "# my avatar\n" + path.read_text("utf-8") + "# the end\n"
        path.write_text(text, "utf-8")
        assert revoke(path.parent)
        assert path.read_text("utf-8") == text.replace("revoked: false", "revoked: true")
        assert not revoke(path.parent)
        assert library.avatar("jo").consent.revoked

    def test_line_is_added_where_there_is_none(self, library: Library) -> None:
        """With the indentation of its neighbours."""
        path = self.description(library)
        path.write_text("title: Jo\nconsent:\n    kind: synthetic\n    statement: Invented.\n", "utf-8")
        assert revoke(path.parent)
        assert path.read_text("utf-8") == ("title: Jo\nconsent:\n    revoked: true\n    kind: synthetic\n"
                                           "    statement: Invented.\n")

    def test_other_layout_is_left_to_its_owner(self, library: Library) -> None:
        """The sentence says what to write; the file is not touched."""
        path = self.description(library)
        text = "title: Jo\nconsent: {kind: synthetic, statement: Invented.}\n"
        path.write_text(text, "utf-8")
        with pytest.raises(ConsentMissing, match="write 'revoked: true' under 'consent'"):
            revoke(path.parent)
        assert path.read_text("utf-8") == text


class TestReadPhotoRecord:
    @pytest.mark.parametrize("content", [None, "", "{}", "[1]", "no json"])
    def test_nothing_readable_is_no_record(self, tmp_path: Path, content: str | None) -> None:
        """An avatar made by hand has none."""
        if content is not None:
            (tmp_path / "photo.json").write_text(content)
        assert read_photo_record(tmp_path) is None
