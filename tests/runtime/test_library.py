"""The library: finding avatars and brands by name."""

import datetime as dt
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tasks.captions.style import caption_styles
from tasks.domain.brand import FontFile
from tasks.domain.errors import AvatarError, ConsentMissing, FixRequest, UnknownName
from tasks.media.text.font import find_font, fonts_sha256
from tasks.runtime.library import Library
from tasks.runtime.store import Store, sha256_of

CHECKOUT = Path(__file__).parents[2]
TODAY = dt.date(2026, 6, 1)

MANROPE = FontFile(package="font_manrope", file="files/Manrope-Bold.ttf")
KIT = """schema: 1
fonts:
  captions: {package: font_roboto, file: files/Roboto-Black.ttf}
  label: {package: font_roboto, file: files/Roboto-Medium.ttf}
colours:
  text: "#ffffff"
  highlight: "#ffd60a"
  outline: "#0b0b12"
  panel: "#0b0b12"
  on_panel: "#fefefe"
logo: {image: media/logo.png, width_px: 100}
caption_style: karaoke
music: {name: "off"}
label: {en: AI-generated}
"""
ROBOTO = "{package: font_roboto, file: files/Roboto-Black.ttf}"
BAD_KITS = [
    ('text: "#ffffff"', 'text: "#445566"', "'colours.text': is '#445566', which on outline '#0b0b12' has a contrast of 2"),
    ('highlight: "#ffd60a"', 'highlight: "#303030"', "'colours.highlight': is '#303030', which on outline"),
    ('on_panel: "#fefefe"', 'on_panel: "#0b0b12"', "'colours.on_panel': is '#0b0b12', which on panel"),
    ('text: "#ffffff"', "text: white", "'colours.text': is 'white'; write a colour as '#rrggbb'"),
    (f"captions: {ROBOTO}", "captions: {package: font_robto, file: a.ttf}", "package 'font_robto' is not installed"),
    (f"captions: {ROBOTO}", "captions: {package: font_roboto, file: files/Robot.ttf}", "has no file 'files/Robot.ttf'"),
    (f"captions: {ROBOTO}", "captions: {file: media/acme.ttf}", "no file 'media/acme.ttf'; in 'media/' there is 'Acme.ttf'"),
    (f"captions: {ROBOTO}", "captions: {file: ../acme.ttf}", "'../acme.ttf' is no file of the library"),
    (f"captions: {ROBOTO}", "captions: {file: /etc/passwd}", "'/etc/passwd' is no file of the library"),
    (f"captions: {ROBOTO}", "captions: {file: media/logo.png}", "is no font of a kind that is read here"),
    (f"captions: {ROBOTO}", "captions: {file: media/broken.ttf}", "is no font, or a damaged one"),
    ("label: {en: AI-generated}", "label: {en: AI 生成}", "'label.en': is 'AI 生成', and the font 'Roboto Medium' has no"),
    ("label: {en: AI-generated}", "label: {en: AI, DE-de: KI}", "'label': has a wording for 'DE-de', which is no language"),
    ("label: {en: AI-generated}", "label: {en: ''}", "'label.en': is empty"),
    ("media/logo.png", "media/logo.jpg", "there is no file 'media/logo.jpg'; in 'media/' there is 'logo.png'"),
    ("media/logo.png", "media/Acme.ttf", "'logo.image': the logo 'Acme.ttf' is no PNG that is read here"),
    ("width_px: 100", "width_px: 400", "'logo.image': the logo 'logo.png' is 120 pixels wide and would be shown 400 wide"),
    ("width_px: 100", "place: middle", "'logo.place': is 'middle'; write 'top-left', 'top-right'"),
    ("style: karaoke", "style: karoke", "'caption_style': no caption style 'karoke'; did you mean 'karaoke'?"),
    ("schema: 1\n", "pronunciations: {SQL: sequel, SQL.: ess cue ell}\nschema: 1\n",
     "'pronunciations': has 'SQL' and 'SQL.', which stand for the same word: keep one of them"),
    ('{name: "off"}', "{name: clam}", "'music.name': no music 'clam'; did you mean 'calm'?"),
    ('{name: "off"}', "{file: media/logo.png}", "'music.file': the music 'logo.png'"),
    ('{name: "off"}', "{file: media/song.flac}", "'music.file': there is no file 'media/song.flac'; in 'media/' there is"),
]
"""What stands in the kit, what is written instead, and what is said of it."""


def write_media(root: Path) -> None:
    """A logo, a font, and something that is no font, in the library's folder `media`."""
    folder = root / "media"
    folder.mkdir()
    picture = Image.new("RGBA", (120, 60), (255, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (20, 10, 100, 50))
    picture.save(folder / "logo.png")
    shutil.copy(find_font(MANROPE).path, folder / "Acme.ttf")
    (folder / "broken.ttf").write_bytes((folder / "Acme.ttf").read_bytes()[:2000])


def line_of(text: str, page: str) -> int:
    """The line on which `text` stands."""
    return page[:page.index(text)].count("\n") + 1


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
        path.write_text("schema: 1\nlgo: x.png\n" + path.read_text("utf-8").replace("schema: 1\n", ""), "utf-8")
        with pytest.raises(FixRequest, match="line 2, 'lgo': there is no such field; did you mean 'logo'"):
            library.brand("default")

    def test_brand_needs_an_english_disclosure(self, library: Library) -> None:
        """The wording that stands in for every other language may not be missing."""
        path = library.root / "templates" / "brands" / "default.yaml"
        path.write_text(path.read_text("utf-8").replace("  en: AI-generated\n", ""), "utf-8")
        with pytest.raises(FixRequest, match="'label': has no wording for 'en'"):
            library.brand("default")


class TestBrand:
    @pytest.mark.parametrize("name", ["default", "midnight"])
    def test_brands_of_the_project_pass_their_own_checks(self, name: str) -> None:
        """Contrast, fonts and letters."""
        library = Library(CHECKOUT)
        assert library.brand(name, styles=caption_styles(library.templates)).label["en"] == "AI-generated"

    @pytest.mark.parametrize(("old", "new", "sentence"), BAD_KITS)
    def test_fault_is_told_with_its_line(self, library: Library, old: str, new: str, sentence: str) -> None:
        """Colours nobody could read, fonts that are none, a logo that is no PNG: file, line, field, value, remedy."""
        write_media(library.root)
        path = library.root / "templates" / "brands" / "acme.yaml"
        assert old in KIT
        path.write_text(KIT.replace(old, new), "utf-8")
        with pytest.raises(FixRequest) as caught:
            library.brand("acme", styles=["karaoke"])
        assert f"acme.yaml', line {line_of(new, path.read_text('utf-8'))}, " in str(caught.value)
        assert sentence in str(caught.value)

    def test_every_fault_is_told_at_once(self, library: Library) -> None:
        """In the order of the file."""
        write_media(library.root)
        path = library.root / "templates" / "brands" / "acme.yaml"
        path.write_text(KIT.replace("#ffffff", "#333333").replace("style: karaoke", "style: neon"), "utf-8")
        with pytest.raises(FixRequest) as caught:
            library.brand("acme", styles=["karaoke"])
        assert [part.partition(": ")[0].split(", ")[-1] for part in str(caught.value).splitlines()] == [
            "'colours.text'", "'caption_style'"]

    def test_font_of_the_library_is_kept_in_the_store(self, library: Library, store: Store) -> None:
        """A plan finds it there even when its owner has replaced the file since."""
        write_media(library.root)
        (library.root / "templates" / "brands" / "acme.yaml").write_text(
            KIT.replace("{package: font_roboto, file: files/Roboto-Black.ttf}", "{file: media/Acme.ttf}"), "utf-8")
        kept = library.keep_fonts(library.brand("acme"), store)
        (library.root / "media" / "Acme.ttf").unlink()
        assert find_font(kept.fonts.captions).name == "Manrope Bold"
        assert kept.fonts.label == FontFile(package="font_roboto", file="files/Roboto-Medium.ttf")
        assert fonts_sha256(kept.fonts)[0] == sha256_of(find_font(MANROPE).path)


class TestFile:
    def test_file_is_found_by_its_path(self, library: Library) -> None:
        """From the library's root on."""
        write_media(library.root)
        assert library.file("media/logo.png") == library.root / "media" / "logo.png"

    @pytest.mark.parametrize(("name", "sentence"), [
        ("media/lgo.png", "there is no file 'media/lgo.png'; in 'media/' there is 'logo.png'"),
        ("meda/logo.png", "in the library '.*' there is 'media/'"),
        ("media", "there is no file 'media'"),
        ("media/logo.png/x", "there is no file"),
        ("../secret.png", "is no file of the library"),
        ("media/../../secret.png", "is no file of the library"),
        ("media/./logo.png", "is no file of the library"),
        ("media//logo.png", "is no file of the library"),
        ("/etc/passwd", "is no file of the library"),
        (".hidden/logo.png", "is no file of the library"),
        ("x" * 256, "is no file of the library"),
        ("x/" * 2000 + "logo.png", "is no file of the library"),
        ("media/out.png", "is a link that leads out of the library"),
        ("outside/secret.png", "is a link that leads out of the library"),
    ])
    def test_path_that_is_none_is_refused(self, library: Library, tmp_path: Path, name: str, sentence: str) -> None:
        """Missing, hidden, or outside of the library, by dots or by links."""
        write_media(library.root)
        (tmp_path / "secret.png").write_bytes((library.root / "media" / "logo.png").read_bytes())
        (library.root / "media" / "out.png").symlink_to(tmp_path / "secret.png")
        (library.root / "outside").symlink_to(tmp_path)
        with pytest.raises(UnknownName, match=sentence):
            library.file(name)

    def test_what_is_no_ordinary_file_is_called_what_it_is(self, library: Library, tmp_path: Path) -> None:
        """Not missing: it is there, but nothing can be read from it. Outside of the library nothing is told."""
        write_media(library.root)
        os.mkfifo(library.root / "media" / "pipe.wav")
        (library.root / "media" / "loop.wav").symlink_to("loop.wav")
        (library.root / "media" / "gone.wav").symlink_to("nowhere.wav")
        (library.root / "outside").symlink_to(tmp_path)
        os.mkfifo(tmp_path / "pipe.wav")
        for name, said in (("media/pipe.wav", "'media/pipe.wav' is a pipe, not an ordinary file: put the file itself there"),
                           ("media/loop.wav", "'media/loop.wav' is a link that leads nowhere, not an ordinary file"),
                           ("media/gone.wav", "'media/gone.wav' is a link that leads nowhere"),
                           ("media/loop.wav/a.wav", "there is no file 'media/loop.wav/a.wav'"),
                           ("outside/pipe.wav", "there is no file 'outside/pipe.wav'")):
            with pytest.raises(UnknownName, match=said):
                library.file(name)

    def test_folder_that_is_a_link_to_itself_is_none(self, library: Library) -> None:
        """A sentence, as for any other name."""
        (library.root / "loop").symlink_to("loop")
        with pytest.raises(UnknownName, match="there is no folder 'loop'"):
            library.files_in("loop")

    def test_links_inside_the_library_are_fine(self, library: Library) -> None:
        """Where a file lies is its owner's affair."""
        write_media(library.root)
        (library.root / "media" / "same.png").symlink_to("logo.png")
        assert library.file("media/same.png").read_bytes() == library.file("media/logo.png").read_bytes()

    def test_names_outside_are_not_told(self, library: Library, tmp_path: Path) -> None:
        """A linked folder's content is nobody's business."""
        (tmp_path / "secret.png").touch()
        (library.root / "outside").symlink_to(tmp_path)
        with pytest.raises(UnknownName) as caught:
            library.file("outside/secre.png")
        assert "secret.png" not in str(caught.value)


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
        (lambda folder: (folder / "rig.json").unlink(), r"rig.json' is missing: make it with .*, write `face: false` in"),
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


class TestFaceless:
    """An avatar whose picture shows no face."""

    @pytest.fixture
    def folder(self, library: Library) -> Path:
        """Its folder: a product before nothing, and no rig."""
        folder = library.root / "avatars" / "eve"
        text = (folder / "avatar.yaml").read_text("utf-8")
        (folder / "avatar.yaml").write_text(f"{text}face: false\n", "utf-8")
        (folder / "rig.json").unlink()
        product = Image.new("RGBA", (1080, 1920), (0, 0, 0, 0))
        product.paste((40, 50, 60, 255), (300, 700, 780, 1300))
        product.save(folder / "portrait.png")
        return folder

    def test_picture_is_made_ready(self, library: Library, folder: Path, store: Store) -> None:
        """It has no rig, and stands opaque before the colour that shows it."""
        kept = library.snapshot("eve", store, today=TODAY)
        assert kept.rig is None
        with Image.open(store.path(kept.portrait)) as picture:
            assert (picture.mode, picture.size) == ("RGB", (1080, 1920))
            assert min(picture.getpixel((100, 100))) > 230
            assert max(picture.getpixel((540, 1000))) < 70

    def test_digest_follows_the_picture(self, library: Library, folder: Path, store: Store) -> None:
        """Another picture is another avatar."""
        before = library.snapshot("eve", store, today=TODAY).sha256
        Image.new("RGB", (1080, 1920), (40, 50, 60)).save(folder / "portrait.png")
        assert library.snapshot("eve", store, today=TODAY).sha256 != before

    def test_picture_that_cannot_fill_the_frame_is_refused(self, library: Library, folder: Path, store: Store) -> None:
        """As for any picture that is shown."""
        Image.new("RGB", (400, 400), (40, 50, 60)).save(folder / "portrait.png")
        with pytest.raises(FixRequest, match=r"would be enlarged 4\.8 times"):
            library.snapshot("eve", store, today=TODAY)


class TestRequireConsent:
    """Asked again when a planned reel is made."""

    def test_what_the_folder_says_now_counts(self, library: Library, store: Store) -> None:
        """Revoked after planning: nothing is made, though the plan was good."""
        kept = library.snapshot("eve", store, today=TODAY)
        library.require_consent(kept, today=TODAY)
        path = library.root / "avatars" / "eve" / "avatar.yaml"
        path.write_text(path.read_text("utf-8") + "  revoked: true\n", "utf-8")
        with pytest.raises(ConsentMissing, match="'eve' was revoked"):
            library.require_consent(kept, today=TODAY)

    def test_planned_consent_counts_where_the_folder_is_gone(self, library: Library, store: Store) -> None:
        """It holds until it ends."""
        path = library.root / "avatars" / "eve" / "avatar.yaml"
        path.write_text(path.read_text("utf-8") + "  expires: 2026-07-01\n", "utf-8")
        kept = library.snapshot("eve", store, today=TODAY)
        shutil.rmtree(path.parent)
        library.require_consent(kept, today=dt.date(2026, 6, 30))
        with pytest.raises(ConsentMissing, match="ended on 2026-07-01"):
            library.require_consent(kept, today=dt.date(2026, 7, 1))
