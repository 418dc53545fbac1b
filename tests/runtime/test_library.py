"""The library: finding avatars and brands by name."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.domain.avatar import Consent
from tasks.domain.errors import AvatarError, ConsentMissing, FixRequest, UnknownName
from tasks.runtime.library import Library, check_consent
from tasks.runtime.store import Store, sha256_of

CHECKOUT = Path(__file__).parents[2]
TODAY = dt.date(2026, 6, 1)
REAL_PERSON = {"kind": "consent", "statement": "I agree.", "given_by": "Jo", "date": dt.date(2026, 1, 1)}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library with one avatar, 'eve', and the brand kits of the project."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "eve")
    shutil.copytree(CHECKOUT / "templates" / "brands", root / "templates" / "brands")
    return Library(root)


class TestNames:
    def test_names_are_listed_in_order(self) -> None:
        """The project's own avatars and brands."""
        library = Library(CHECKOUT)
        assert {"ada", "kofi", "mei"} <= set(library.avatar_names())
        assert list(library.avatar_names()) == sorted(library.avatar_names())
        assert "default" in library.brand_names()

    def test_only_plain_names_count(self, library: Library) -> None:
        """Hidden folders, files and odd names are no avatars."""
        for name in (".hidden", "Upper", "with space", "_draft"):
            (library.root / "avatars" / name).mkdir()
        (library.root / "avatars" / "file").touch()
        assert library.avatar_names() == ("eve",)

    @pytest.mark.parametrize("name", ["../avatars/eve", "/etc", "eve/", ".", "..", "", "EVE", "eve\n", "eve/../eve"])
    def test_paths_are_no_names(self, library: Library, name: str) -> None:
        """Nothing that leads to a folder is accepted for its name."""
        with pytest.raises(UnknownName, match=r"no avatar .* eve"):
            library.avatar(name)
        with pytest.raises(UnknownName, match=r"no brand .* default"):
            library.brand(name)

    def test_empty_library_says_so(self, tmp_path: Path) -> None:
        """A library without avatars answers, rather than fails."""
        with pytest.raises(UnknownName, match="no avatar 'ada'; there are: none"):
            Library(tmp_path).avatar("ada")


class TestAvatar:
    @pytest.mark.parametrize(("old", "new", "sentence"), [
        ("title: Ada", "titel: Ada", "avatar.yaml', line 2, 'titel': there is no such field; did you mean 'title'?"),
        ("kind: synthetic", "kind: invented", "'consent.kind': is 'invented'; write 'synthetic', 'public-domain' or"),
        ("voice: {engine: espeak", "voice: {rate: high, engine: espeak", "'voice.rate': is 'high'; write a number"),
        ("  kind: synthetic", "  date: soon\n  kind: synthetic", "'consent.date': is 'soon'; write a date, e.g. 2026-01-31"),
        ("title: Ada", "title: Ada: the first", "line 2: a colon and a space begin a field"),
    ])
    def test_wrong_description_is_told_with_its_line(self, library: Library, old: str, new: str, sentence: str) -> None:
        """An avatar's file is read as strictly as a script."""
        path = library.root / "avatars" / "eve" / "avatar.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(AvatarError) as caught:
            library.avatar("eve")
        assert sentence in str(caught.value)

    def test_missing_description_is_named(self, library: Library) -> None:
        """A folder alone is no avatar."""
        (library.root / "avatars" / "eve" / "avatar.yaml").unlink()
        with pytest.raises(AvatarError, match="there is no avatar's description at .*avatar.yaml"):
            library.avatar("eve")

    def test_wrong_brand_is_told_with_its_line(self, library: Library) -> None:
        """A brand kit is read as strictly as a script."""
        path = library.root / "templates" / "brands" / "default.yaml"
        path.write_text("schema: 1\nlogo: x.png\n" + path.read_text("utf-8").replace("schema: 1\n", ""), "utf-8")
        with pytest.raises(FixRequest, match="line 2, 'logo': there is no such field"):
            library.brand("default")


    def test_brand_needs_an_english_disclosure(self, library: Library) -> None:
        """The wording that stands in for every other language may not be missing."""
        path = library.root / "templates" / "brands" / "default.yaml"
        path.write_text(path.read_text("utf-8").replace("  en: AI-generated\n", ""), "utf-8")
        with pytest.raises(FixRequest, match="'label': has no wording for 'en'"):
            library.brand("default")


class TestSnapshot:
    def test_files_are_kept_as_they_are(self, library: Library, store: Store) -> None:
        """Portrait and rig lie in the store with their digests, and the library keeps its own."""
        folder = library.root / "avatars" / "eve"
        kept = library.snapshot("eve", store, today=TODAY)
        assert (kept.name, kept.title) == ("eve", "Ada")
        assert sha256_of(store.path(kept.portrait)) == sha256_of(folder / "portrait.png")
        assert sha256_of(store.path(kept.rig)) == sha256_of(folder / "rig.json")

    def test_digest_follows_content_not_layout(self, library: Library, store: Store) -> None:
        """A comment in avatar.yaml changes nothing, another voice makes another avatar."""
        path = library.root / "avatars" / "eve" / "avatar.yaml"
        text = path.read_text("utf-8")
        before = library.snapshot("eve", store, today=TODAY).sha256
        path.write_text(f"# hello\n{text}", "utf-8")
        assert library.snapshot("eve", store, today=TODAY).sha256 == before
        path.write_text(text.replace("en-us+f3", "en-us+f2"), "utf-8")
        assert library.snapshot("eve", store, today=TODAY).sha256 != before

    def test_rig_of_another_portrait_is_refused(self, library: Library, store: Store) -> None:
        """A new portrait needs a new rig; the sentence says how to make it."""
        shutil.copy(CHECKOUT / "avatars" / "mei" / "portrait.png", library.root / "avatars" / "eve" / "portrait.png")
        with pytest.raises(AvatarError, match="was made for another portrait: make it again with `python -m"):
            library.snapshot("eve", store, today=TODAY)

    @pytest.mark.parametrize(("damage", "sentence"), [
        (lambda folder: (folder / "portrait.png").unlink(), "portrait.png' is missing"),
        (lambda folder: (folder / "portrait.png").write_bytes(b"no picture"), "is no picture"),
        (lambda folder: (folder / "rig.json").unlink(), "rig 'rig.json' cannot be read"),
        (lambda folder: (folder / "rig.json").write_text("{}"), "rig 'rig.json' is damaged"),
    ])
    def test_damage_is_found_before_anything_is_kept(
        self, library: Library, store: Store, damage: Callable[[Path], None], sentence: str,
    ) -> None:
        """A broken avatar leaves nothing in the store."""
        damage(library.root / "avatars" / "eve")
        with pytest.raises(AvatarError, match=sentence):
            library.snapshot("eve", store, today=TODAY)
        assert not store.root.exists()


class TestConsent:
    @pytest.mark.parametrize(("change", "sentence"), [
        ({"revoked": True}, "the consent for avatar 'eve' was revoked"),
        ({"expires": TODAY}, "ended on 2026-06-01"),
        ({"expires": TODAY - dt.timedelta(days=1)}, "ended on 2026-05-31"),
        ({"given_by": None}, "does not say who gave it and when"),
        ({"date": None}, "does not say who gave it and when"),
    ])
    def test_face_without_consent_is_refused(self, change: dict[str, object], sentence: str) -> None:
        """Revoked, over or incomplete: no new reel."""
        with pytest.raises(ConsentMissing, match=sentence):
            check_consent("eve", Consent.model_validate({**REAL_PERSON, **change}), TODAY)

    @pytest.mark.parametrize("consent", [
        REAL_PERSON, {**REAL_PERSON, "expires": TODAY + dt.timedelta(days=1)},
        {"kind": "synthetic", "statement": "Invented."},
    ])
    def test_consent_that_holds_lets_pass(self, consent: dict[str, object]) -> None:
        """Until the day it ends; an invented face needs nobody's word."""
        check_consent("eve", Consent.model_validate(consent), TODAY)
