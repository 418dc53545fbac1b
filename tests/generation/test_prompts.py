"""What generators are told: every family's words, filled in with what people wrote, none of it taken for a template."""

import re
from pathlib import Path

import pytest

from tasks.domain.errors import FixMachine
from tasks.domain.text import unprintable_at
from tasks.generation.prompts import DIRECTIONS_LETTERS, LOOK_LETTERS, SHOW_LETTERS, Prompts, read_prompts, write_prompts
from tasks.runtime.engines import ENGINES, load_engine
from tasks.runtime.library import Library

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
SETS = sorted(path.stem for path in (TEMPLATES / "prompts").glob("*.yaml"))
FAMILIES = {"plain", "ltx", "ltx2", "wan", "wan-animate"}
LIBRARY = Library(ROOT)
ENCODER_LETTERS = 1400
"""About what 256 tokens of English hold, five and a half letters each."""
LONG_WORD = 40
"""A cut loses at most a word of so many letters."""
HOSTILE = ["{{ 7 * 7 }}", "{% for a in b %}", "{{ ''.__class__.__mro__ }}", "{# gone #}", "a\n\n\tb\u2028c", "\x00\x07zero",
           "<b>&amp;", "--- \nprompt: mine", "日本語と🎬", "", "...", "word " * 500, "x" * 5000]


def avatar_prompts(name: str, look: str = "A woman with red hair", directions: tuple[str, ...] = ()) -> Prompts:
    return write_prompts(TEMPLATES, name, look=look, directions=directions, subject="avatar")


def broll_prompts(name: str, show: str) -> Prompts:
    return write_prompts(TEMPLATES, name, look="", directions=(), subject="broll", show=show)


def on_one_line(text: str) -> str:
    """What of a text can be seen, its end without a stop."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable()).rstrip(" .,;:")


def assert_plain(prompt: str) -> None:
    """One line of printable letters, no longer than is read."""
    assert "\n" not in prompt
    assert unprintable_at(prompt) is None
    assert len(prompt) < ENCODER_LETTERS


class TestSets:
    def test_there_is_one_for_every_family(self) -> None:
        assert set(SETS) >= FAMILIES

    @pytest.mark.parametrize("name", [entry.name for entry in ENGINES if entry.stage == "generation"])
    def test_there_is_the_one_that_a_generator_names(self, name: str) -> None:
        wanted = load_engine("generation", name).prompts
        if wanted is not None:
            read_prompts(TEMPLATES, wanted)

    def test_missing_one_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(FixMachine, match=r"absent\.yaml"):
            read_prompts(tmp_path, "absent")

    @pytest.mark.parametrize("prompt", ["{{ absent }}", "{{ look.absent.more }}", "{% if %}", "{{ look.__class__.mro() }}",
                                        "{% include 'prompts/secret' %}"])
    def test_mistake_in_one_names_its_file(self, prompt: str, tmp_path: Path) -> None:
        (tmp_path / "prompts").mkdir()
        pair = f"prompt: \"{prompt}\", negative_prompt: none"
        (tmp_path / "prompts" / "own.yaml").write_text(f"avatar: {{{pair}}}\nbroll: {{{pair}}}\n", "utf-8")
        with pytest.raises(FixMachine, match=r"own\.yaml"):
            write_prompts(tmp_path, "own", look="A man", directions=(), subject="avatar")


@pytest.mark.parametrize("name", SETS)
class TestEverySet:
    @pytest.mark.parametrize("avatar", LIBRARY.avatar_names())
    def test_avatar_is_described(self, name: str, avatar: str) -> None:
        look = LIBRARY.avatar(avatar).look
        told = avatar_prompts(name, look)
        assert look
        assert look in told.prompt
        assert told.negative_prompt
        assert not told.warnings

    def test_directions_appear_in_order(self, name: str) -> None:
        prompt = avatar_prompts(name, directions=("smiles gently", "nods once.")).prompt
        assert prompt.index("smiles gently") < prompt.index("nods once")

    def test_direction_repeated_at_once_is_told_once(self, name: str) -> None:
        assert avatar_prompts(name, directions=("smiles", "smiles", " smiles. ")).prompt.count("smiles") == 1

    def test_without_look_and_directions_it_is_whole(self, name: str) -> None:
        prompt = avatar_prompts(name, look="").prompt
        assert "person" in prompt.lower()
        assert not re.search(r"Meanwhile|\. ?\.|\{|,,", prompt)

    def test_what_is_shown_appears(self, name: str) -> None:
        told = broll_prompts(name, "steam rises from a cup, close up.")
        assert "steam rises from a cup, close up" in told.prompt
        assert ".." not in told.prompt

    @pytest.mark.parametrize("text", HOSTILE)
    def test_look_and_directions_are_text(self, name: str, text: str) -> None:
        """They appear as written, on one line, as far as they fit, and nothing else changes."""
        told, seen = avatar_prompts(name, text, (text, text)), on_one_line(text)
        assert told == avatar_prompts(name, text, (text, text))
        assert seen[:LOOK_LETTERS - LONG_WORD] in told.prompt
        assert bool(told.warnings) == (len(seen) > min(LOOK_LETTERS, DIRECTIONS_LETTERS))
        assert_plain(told.prompt)

    @pytest.mark.parametrize("text", HOSTILE)
    def test_what_is_shown_is_text(self, name: str, text: str) -> None:
        told, seen = broll_prompts(name, text), on_one_line(text)
        assert seen[:SHOW_LETTERS - LONG_WORD] in told.prompt
        assert bool(told.warnings) == (len(seen) > SHOW_LETTERS)
        assert_plain(told.prompt)

    def test_prompt_says_nothing_that_it_forbids(self, name: str) -> None:
        """A model reads the words and not the 'no' before them."""
        for told in (avatar_prompts(name), broll_prompts(name, "a cup")):
            words = told.negative_prompt.split(", ")
            assert len(words) == len(set(words))
            assert not [word for word in words if re.search(rf"\b{re.escape(word)}\b", told.prompt)]


class TestLength:
    def test_cut_is_between_words_and_told(self) -> None:
        show = "steam rises " * 60
        told = broll_prompts("plain", show)
        assert re.search(r"(steam rises )+steam( rises)?\. One", told.prompt)
        assert len(told.warnings) == 1
        assert str(SHOW_LETTERS) in told.warnings[0]

    def test_directions_share_their_length(self) -> None:
        told = avatar_prompts("plain", directions=tuple(f"nods {number} " + "slowly " * 20 for number in range(8)))
        assert "nods 0" in told.prompt
        assert "nods 7" not in told.prompt
        assert told.warnings
