"""What bad input gets: a sentence, the right exit code, no traceback, nothing half-written.

Each table holds the promises of one kind; a row is a request as a user would type it.
"""

import errno
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from flows import make as make_command
from flows.cli import main
from tasks.media.text.text_file import MAX_BYTES
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store

CHECKOUT = Path(__file__).parents[2]
HELLO = b"title: T\nbeats: [{say: Hello.}]\n"
FAKES = ["--engine", "speech=tone", "--engine", "alignment=even", "--engine", "animation=still", "--engine", "lipsync=flap"]


class Request(NamedTuple):
    """One bad script."""

    what: str
    """What is wrong, as the name of the test."""
    content: bytes
    sentence: str
    """What the answer must say."""
    name: str = "talk.yaml"
    arguments: tuple[str, ...] = ()


def with_line(line: str) -> bytes:
    """A good script with one more line on top."""
    return line.encode() + b"\n" + HELLO


def with_show(show: str) -> bytes:
    """A good script whose beat shows something."""
    return f"title: T\nbeats: [{{say: Hello., show: {show}}}]\n".encode()


BAD_SCRIPTS = (
    Request("empty", b"", "is empty"),
    Request("only white space", b" \n\t\r\n", "is empty"),
    Request("only white space as text", b" \n\n", "is empty", "talk.txt"),
    Request("other suffix", HELLO, "is no script file: its name must end in one of .yaml", "talk.docx"),
    Request("not UTF-8", "title: Häuser\n".encode("latin-1"), "line 1: not UTF-8 (byte 0xe4 at position 8)"),
    Request("UTF-16", "title: T".encode("utf-16"), "is UTF-16, not UTF-8"),
    Request("NUL", b"Hello\0there", "line 1, column 6: there is a control character (U+0000)", "talk.txt"),
    Request("escape sequence", b"Hello \x1b[31mred", "there is a control character (U+001B)", "talk.md"),
    Request("too large", b"a" * (MAX_BYTES + 1), "bytes, a script at most", "talk.txt"),
    Request("YAML list", b"- say: Hello\n", "line 1: a list stands where fields are wanted"),
    Request("YAML text", b"Hello there\n", "line 1: plain text stands where fields are wanted"),
    Request("YAML comment", b"# nothing\n", "line 1: nothing stands where fields are wanted"),
    Request("broken YAML", b"title: T: U\n", "line 1: a colon and a space begin a field"),
    Request("YAML bomb", b"a: &a [x]\nb: [*a, *a]\n", "line 1: & and * begin an anchor"),
    Request("unknown key", with_line("langauge: en"),
            "line 1, 'langauge': there is no such field; did you mean 'language'?"),
    Request("unknown key in a beat", b"beats:\n  - say: Hi\n    drect: nod\n",
            "line 3, 'drect' in item 1 of 'beats': there is no such field; did you mean 'direct'?"),
    Request("unknown key in front matter", b"---\navatr: ada\n---\nHi\n",
            "line 2, 'avatr': there is no such field; did you mean 'avatar'?", "talk.md"),
    Request("key twice", with_line("title: A"), "line 2, 'title': is here twice, first on line 1"),
    Request("number for text", b"beats: [{say: 5}]\n",
            "'say' in item 1 of 'beats': is the number 5; text is wanted: put it in"),
    Request("newer format", with_line("schema: 2"), "'schema': is 2, and this program reads schema 1"),
    Request("no beats", b"title: T\n", "'beats': is missing"),
    Request("empty beats", b"title: T\nbeats: []\n", "'beats': is empty"),
    Request("no words", b"beats:\n  - say: '...'\n", "line 2, 'say' in item 1 of 'beats': has no words to say"),
    Request("no words in text", b"* * *\n", "line 1, 'say' in item 1 of 'beats': has no words to say", "talk.txt"),
    Request("no words in Markdown", b"# Title\n", "has no words to say: write a paragraph", "talk.md"),
    Request("picture in Markdown", b"![a](b.png)\n", "line 1: a picture cannot be spoken", "talk.md"),
    Request("unknown avatar", with_line("avatar: adda"), "no avatar 'adda'; did you mean 'ada'? There are: ada, kofi, mei"),
    Request("avatar by path", with_line("avatar: ../avatars/ada"), "no avatar '../avatars/ada'"),
    Request("unknown avatar by option", HELLO, "no avatar 'eve'; there are: ada, kofi, mei", arguments=("--avatar", "eve")),
    Request("unknown engine", with_line("voice: {engine: espaek}"), "no speech engine 'espaek'; did you mean 'espeak'?"),
    Request("unknown engine by option", HELLO, "no lipsync engine 'magic'; there are: flap, own, sound, visemes",
            arguments=("--engine", "lipsync=magic")),
    Request("unknown stage", HELLO, "no stage 'lips'", arguments=("--engine", "lips=flap")),
    Request("engine without a stage", HELLO, "--engine 'espeak' is not of the form STAGE=NAME",
            arguments=("--engine", "espeak")),
    Request("unknown style", with_line("captions: {style: karaokee}"),
            "no caption style 'karaokee'; did you mean 'karaoke'?"),
    Request("unknown style by option", HELLO, "no caption style 'neon'; there are: highlight, karaoke, line, pop",
            arguments=("--style", "neon")),
    Request("unknown language", with_line("language: tlh"), "no language 'tlh'"),
    Request("language without spaces", with_line("language: th-TH"), "language 'th-TH' is written without spaces"),
    Request("unknown voice", with_line("voice: {name: hal}"), "no espeak voice 'hal'"),
    Request("unknown timbre", with_line("voice: {name: en-us+hal}"), "'hal'"),
    Request("unknown brand", with_line("brand: acme"), "no brand 'acme'; there are: default, midnight"),
    Request("unknown brand by option", HELLO, "no brand 'midnigt'; did you mean 'midnight'?",
            arguments=("--brand", "midnigt")),
    Request("colour nobody can read", with_line("captions: {colour: '#101010'}"), "has a contrast of 1.0:1 to the brand's"),
    Request("unknown safe zone", with_line("captions: {zone: tiktk}"), "no safe zone 'tiktk'; did you mean 'tiktok'?"),
    Request("music twice", with_line("music: {name: calm, file: media/song.wav}"),
            "line 1, 'music': has both 'name' and 'file': keep one"),
    Request("unknown music", with_line("music: {name: clam}"), "no music 'clam'; did you mean 'calm'? There are: calm"),
    Request("music that is YAML's false", with_line("music: {name: off}"), "'off' reads as false; text is wanted: put it"),
    Request("music that is none", with_line("music: {file: README.md}"), "the music 'README.md'"),
    Request("music that is not there", with_line("music: {file: media/song.wav}"), "there is no file 'media/song.wav'"),
    Request("music outside the library", with_line("music: {file: ../song.wav}"),
            "'../song.wav' is no file of the library"),
    Request("music too loud", with_line("music: {below_voice_db: 3}"),
            "'music.below_voice_db': is 3; it must be at least 12"),
    Request("recording that is not there", with_line("voice: {recording: media/monday.wav}"),
            "there is no file 'media/monday.wav'"),
    Request("recording that is none", with_line("voice: {recording: README.md}"),
            "the recording 'README.md' cannot be read as sound"),
    Request("recording outside the library", with_line("voice: {recording: ../monday.wav}"),
            "'../monday.wav' is no file of the library"),
    Request("recording by absolute path", with_line("voice: {recording: [/etc/passwd]}"),
            "item 1 of 'voice.recording': is '/etc/passwd'"),
    Request("recording by another engine", with_line("voice: {engine: espeak, recording: media/a.wav}"),
            "has both a 'recording' and the engine 'espeak': remove one of the two"),
    Request("recordings without one", with_line("voice: {recording: []}"),
            "line 1, 'voice.recording': is empty: name your sound file, e.g. `recording: media/monday.wav`, or remove"),
    Request("no piper voice", with_line("voice: {engine: piper}"),
            "no piper voice speaks 'en-US'; there are: none; download a voice yourself, its .onnx and its .onnx.json, into"),
    Request("unknown piper voice", with_line("voice: {engine: piper, name: amy}"), "no piper voice"),
    Request("no recording", with_line("voice: {engine: recording}"), "plays your own recording, and the script names none"),
    Request("pronunciation that says nothing", with_line("pronunciations: {SQL: '...'}"),
            "'pronunciations': says nothing for 'SQL': write how it is said"),
    Request("pronunciation that is empty", with_line("pronunciations: {SQL: ''}"), "is empty"),
    Request("pronunciation of no word", with_line("pronunciations: {'-': dash}"), "has the entry '-', which is no word"),
    Request("pronunciation in phonetic signs", with_line("pronunciations: {SQL: siːkwəl}"),
            "says 'SQL' with the sign 'ː', which a voice cannot read"),
    Request("pronunciation for a machine", with_line("pronunciations: {SQL: '[[si:kw@l]]'}"), "with the sign '['"),
    Request("pronunciation that is too long", with_line(f"pronunciations: {{SQL: {'la ' * 60}}}"),
            "says 'SQL' in 179 letters, and 100 are the most"),
    Request("pronunciation with fewer words", with_line("pronunciations: {Ada Lovelace: adalovelace}"),
            "has fewer words for 'Ada Lovelace' than it has itself"),
    Request("pronunciation of a word twice", with_line("pronunciations: {SQL: sequel, SQL.: ess cue ell}"),
            "'pronunciations' has 'SQL' and 'SQL.', which stand for the same word: keep one of them"),
    Request("pronunciation that is a number", with_line("pronunciations: {v2: 2}"), "is the number 2; text is wanted"),
    Request("picture that is not there", with_show("{image: media/cup.jpg}"),
            "'show' of beat 1: there is no file 'media/cup.jpg'; in the library"),
    Request("picture that is none", with_show("{image: README.md}"), "'show' of beat 1: the picture"),
    Request("film that is none", with_show("{clip: README.md}"), "'show' of beat 1: the film"),
    Request("picture by absolute path", with_show("{image: /etc/passwd}"), "'image' in item 1 of 'show'"),
    Request("picture outside the library", with_show("{image: ../cup.jpg}"), "'../cup.jpg' is no file of the library"),
    Request("hidden picture", with_show("{image: .reels/cup.jpg}"), "'.reels/cup.jpg' is no file of the library"),
    Request("nothing to show", with_show("{at: Hello}"),
            "needs one of 'text', 'image', 'clip' and 'generate', and has none of them"),
    Request("film made of nothing", with_show("{generate: '...'}"), "has no words: write what is to be seen"),
    Request("film of yours that is generated", with_show("{clip: a.mp4, generate: steam}"), "and has 'clip' and 'generate'"),
    Request("part of a film that is generated", with_show("{generate: steam, from_s: 1}"), "'from_s' belongs to 'clip'"),
    Request("generated film without a generator", with_show("{generate: steam}"),
            "'show' of beat 1 asks for a film of 'steam', and no generator is chosen: add --engine generation=NAME"),
    Request("word that is not spoken", with_show("{text: Hi, at: Helo}"), "'Hello"),
    Request("word that is not spoken to its end", with_show("{text: Hi, until: bye}"), "'bye'"),
    Request("text that does not fit", with_show("{text: " + "wonderful " * 60 + "}"), "wonderful"),
    Request("hook without a glyph", with_line("hook: 你好"), "'你'"),
    Request("call to action without a glyph", with_line("call: 你好"), "'你'"),
    Request("two things in one show", with_show("{text: Hi, image: a.jpg}"), "and has 'text' and 'image': write one"),
    Request("form of a picture", with_show("{image: a.jpg, as: title}"),
            "'as' belongs to 'text', not to 'image': remove it"),
    Request("variant without changes", with_line("variants: [{id: a}]"),
            "changes nothing: give it one of avatar, brand"),
    Request("variant called main", with_line("variants: [{id: main, seed: 2}]"),
            "which names the reel of the script itself"),
    Request("variant twice", with_line("variants: [{id: a, seed: 2}, {id: a, seed: 3}]"), "two variants with the id 'a'"),
    Request("variant by path", with_line("variants: [{id: ../a, seed: 2}]"), "'id' in item 1 of 'variants'"),
    Request("variant with a field too many", with_line("variants: [{id: a, hok: Wait}]"), "did you mean 'hook'?"),
    Request("variant that says nothing", with_line("variants: [{id: a, opening: '...'}]"), "has no words to say"),
    Request("variant of an unknown avatar", with_line("variants: [{id: a, avatar: eve}]"),
            "variant 'a': no avatar 'eve'"),
    Request("unknown variant by option", with_line("variants: [{id: loud, seed: 2}]"),
            "no variant 'lod' of 'T'; did you mean 'loud'?", arguments=("--variant", "lod")),
    Request("variant of a script without any", HELLO, "has no variants, and --variant asks for 'a'",
            arguments=("--variant", "a")),
    Request("negative seed", HELLO, "the seed -1 is negative", arguments=("--seed", "-1")),
    Request("letter without a glyph", "beats: [{say: Hello 你}]\n".encode(), "'你'"),
    Request("over ten minutes", b"title: T\nbeats:\n  - say: " + b"Hello there my friend. " * 800 + b"\n",
            "over the limit of 10: shorten it, or raise the setting max_minutes in reels.toml or REELS_MAX_MINUTES"),
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The output folder asked for."""
    return tmp_path / "out"


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that is refused starts no server."""
    def started(_: object) -> None:
        pytest.fail("a server was started for a request that should have been refused")

    monkeypatch.setattr(make_command, "connect", started)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Path]:
    """A library of one's own with a copy of Ada and of the templates."""
    root = tmp_path / "library"
    shutil.copytree(CHECKOUT / "avatars" / "ada", root / "avatars" / "ada")
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    monkeypatch.setenv("REELS_LIBRARY", str(root))
    current_settings.cache_clear()
    yield root
    current_settings.cache_clear()


def refused(capsys: pytest.CaptureFixture[str], path: Path, out: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and complaint of `reels make`; makes sure that it is a sentence and that nothing was written to `out`."""
    code = main(["make", str(path), "--yes", "--out", str(out), *arguments])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("reels: ")
    assert "Traceback" not in said.err
    assert not out.is_dir() or not list(out.iterdir())
    return code, said.err


def script_file(folder: Path, content: bytes = HELLO, name: str = "talk.yaml") -> Path:
    """A script file."""
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.usefixtures("home", "no_server")
class TestFixTheRequest:
    """Exit code 2."""

    @pytest.mark.parametrize("row", BAD_SCRIPTS, ids=lambda row: row.what)
    def test_bad_script_is_answered(
        self, row: Request, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Every row of the table: its sentence and exit code 2."""
        code, said = refused(capsys, script_file(tmp_path, row.content, row.name), out, *row.arguments)
        assert code == 2
        assert row.sentence in said

    @pytest.mark.parametrize(("path", "sentence"), [
        ("nothing.yaml", "there is no script at"),
        ("tlak.yaml", "did you mean"),
        ("folder.yaml", "is a folder"),
        ("talk.yaml/talk.yaml", "cannot be read"),
        ("loop.yaml", "cannot be read"),
        ("memory.txt", "cannot be read"),
    ])
    def test_bad_path_is_answered(
        self, path: str, sentence: str, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Missing, a folder, or not readable even for a superuser."""
        script_file(tmp_path)
        (tmp_path / "folder.yaml").mkdir()
        (tmp_path / "loop.yaml").symlink_to("loop.yaml")
        (tmp_path / "memory.txt").symlink_to("/proc/self/mem")
        code, said = refused(capsys, tmp_path / path, out)
        assert code == 2
        assert sentence in said

    def test_denied_script_is_answered(
        self, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """No permission to read; the system's answer is played, because a superuser may read everything."""
        path, opened = script_file(tmp_path), Path.open

        def denied(self: Path, *arguments: object, **options: object) -> object:
            if self == path:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
            return opened(self, *arguments, **options)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", denied)
        code, said = refused(capsys, path, out)
        assert code == 2
        assert "may not be read (permission denied)" in said

    @pytest.mark.parametrize(("damage", "sentence"), [
        (lambda ada: (ada / "portrait.png").unlink(), "portrait.png' is missing"),
        (lambda ada: (ada / "portrait.png").write_bytes(b"no picture"), "is no picture"),
        (lambda ada: (ada / "portrait.png").write_bytes((ada / "portrait.png").read_bytes()[:100_000]), "is damaged"),
        (lambda ada: (ada / "rig.json").unlink(), "rig.json' is missing: make it with"),
        (lambda ada: (ada / "rig.json").write_text("{"), "'rig.json' is damaged"),
        (lambda ada: (ada / "avatar.yaml").unlink(), "there is no avatar's description"),
        (lambda ada: (ada / "avatar.yaml").write_text("title: 5\n"), "line 1, 'title': is the number 5"),
        (lambda ada: shutil.copy(CHECKOUT / "avatars" / "mei" / "portrait.png", ada / "portrait.png"), "another portrait"),
        (lambda ada: (ada / "avatar.yaml").write_text(
            "title: Ada\nconsent: {kind: consent, statement: Yes., given_by: Ada, date: 2020-01-01, expires: 2021-01-01}\n"),
         "ended on 2021-01-01"),
        (lambda ada: (ada / "avatar.yaml").write_text(
            "title: Ada\nconsent: {kind: synthetic, statement: Invented., revoked: true}\n"), "was revoked"),
    ])
    def test_bad_avatar_is_answered(
        self, damage: Callable[[Path], object], sentence: str, library: Path, tmp_path: Path, out: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Portrait, rig, description or consent: the file is named, and what to do."""
        damage(library / "avatars" / "ada")
        code, said = refused(capsys, script_file(tmp_path), out)
        assert code == 2
        assert sentence in said


@pytest.mark.usefixtures("home")
class TestFixTheMachine:
    """Exit code 3."""

    def test_output_below_a_file_is_not_writable(
        self, tmp_path: Path, no_server: None, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """A folder cannot be made where a file is; superusers are told as well."""
        code = main(["make", str(script_file(tmp_path)), "--yes", "--out", str(tmp_path / "talk.yaml" / "out")])
        said = capsys.readouterr().err
        assert code == 3
        assert said.startswith("reels: cannot write to")

    @pytest.mark.parametrize(("number", "sentence"), [
        (errno.ENOSPC, "no space left on the disk of"), (errno.EACCES, "cannot write to"), (errno.EROFS, "cannot write to"),
    ])
    def test_full_or_locked_disk_is_answered(
        self, number: int, sentence: str, tmp_path: Path, no_server: None, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The system's refusal to write into OUT is played, because no test may fill a disk."""
        def refusing(self: Path, _: bytes) -> int:
            raise OSError(number, os.strerror(number), str(self))

        path = script_file(tmp_path)
        monkeypatch.setattr(Path, "write_bytes", refusing)
        code = main(["make", str(path), "--yes", "--out", str(tmp_path / "out")])
        said = capsys.readouterr().err
        assert code == 3
        assert sentence in said
        assert "Traceback" not in said

    def test_disk_that_fills_up_in_the_store_is_answered(
        self, tmp_path: Path, out: Path, no_server: None, capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The store may lie on another disk than OUT."""
        def full(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(shutil, "copyfile", full)
        code, said = refused(capsys, script_file(tmp_path), out)
        assert code == 3
        assert "no space left on the disk of" in said

    def test_taken_port_is_answered(
        self, tmp_path: Path, out: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The local server's port is somebody else's: which one, and where to set another."""
        monkeypatch.delenv("PREFECT_API_URL", raising=False)
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            monkeypatch.setenv("REELS_SERVER_PORT", str(other.getsockname()[1]))
            current_settings.cache_clear()
            code = main(["make", str(script_file(tmp_path)), "--yes", "--out", str(out)])
        said = capsys.readouterr().err
        assert code == 3
        assert "no port for the local server" in said
        assert "REELS_SERVER_PORT" in said
        assert "Traceback" not in said


    @pytest.mark.parametrize("how", ["--dry-run", "--yes"])
    def test_server_without_an_address_is_missed_before_anything_is_made(
        self, how: str, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str],
    ) -> None:
        code = main(["make", str(script_file(tmp_path)), how, "--engine", "animation=video-server", "--out", str(out)])
        said = capsys.readouterr()
        assert code == 3
        assert "[providers.video-server] url" in said.err
        assert not said.out
        assert not out.exists()


@pytest.mark.usefixtures("home", "no_server")
class TestWaitForApproval:
    """Exit code 5."""

    def test_nobody_to_ask_is_answered(
        self, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Without a terminal and without --yes nothing is made."""
        monkeypatch.setattr("sys.stdin.isatty", lambda: False)
        code = main(["make", str(script_file(tmp_path)), "--out", str(out)])
        said = capsys.readouterr().err
        assert code == 5
        assert "--yes" in said
        assert not out.is_dir() or not list(out.iterdir())


class TestOddButGood:
    """What looks bad and is not."""

    @pytest.fixture(autouse=True)
    def _tests_own_server(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(make_command, "connect", lambda _: None)

    @pytest.mark.parametrize("title", ["../../x", "{{ 7 * 7 }} $(id) `id` [red]"])
    def test_title_is_only_text(self, title: str, tmp_path: Path, out: Path, prefect: Store) -> None:
        """A normal reel, inside OUT, and its publication inside the store."""
        content = f"title: '{title}'\nbeats: [{{say: Hello.}}]\n".encode()
        before = set(tmp_path.iterdir())
        assert main(["make", str(script_file(tmp_path, content)), "--yes", "--out", str(out), *FAKES]) == 0
        assert (out / "reel.mp4").is_file()
        assert set(tmp_path.iterdir()) - before == {out, tmp_path / "talk.yaml", prefect.root.parent}
        assert len(list((prefect.root / "published").iterdir())) == 1
        assert not (tmp_path.parent / "x").exists()

    def test_windows_file_is_a_normal_script(self, tmp_path: Path, out: Path) -> None:
        """A byte order mark and carriage returns change nothing."""
        content = b"\xef\xbb\xbftitle: T\r\nbeats:\r\n  - say: Hello.\r\n"
        assert main(["make", str(script_file(tmp_path, content)), "--yes", "--dry-run"]) == 0

    def test_three_minutes_are_not_too_long(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The plan of a long script says its length; making one is measured in benchmarks/."""
        content = b"title: Long\nbeats:\n" + b"  - say: Hello there, my good old friend, how are you today?\n" * 55
        assert main(["make", str(script_file(tmp_path, content)), "--dry-run"]) == 0
        assert "about 3 min" in capsys.readouterr().out
