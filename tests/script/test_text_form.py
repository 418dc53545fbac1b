"""Scripts in plain text."""

import pytest

from tasks.domain.errors import ScriptError
from tasks.script.parse import form_of, parse_script, title_of


class TestPlainText:
    def test_paragraph_is_a_beat(self) -> None:
        """Blank lines part beats, line ends inside a paragraph are spaces."""
        script = parse_script("Hello\nyou.\n\n \t\n\nHow are you?\n", name="three-habits.txt")
        assert [beat.say for beat in script.beats] == ["Hello you.", "How are you?"]
        assert script.title == "Three habits"

    def test_nothing_is_markup(self) -> None:
        """Stars, fields and front matter are words here."""
        text = "# not a title\n\navatar: *ada*\n\n{{ x }} \\N {\\b1}"
        assert [beat.say for beat in parse_script(text, name="a.txt").beats] == [
            "# not a title", "avatar: *ada*", "{{ x }} \\N {\\b1}"]

    def test_paragraph_without_words_is_named(self) -> None:
        """Dots alone are nothing to say."""
        with pytest.raises(ScriptError, match="'a.txt', line 3, 'say' in item 2 of 'beats': has no words to say"):
            parse_script("Hi\n\n. . .\n", name="a.txt")


class TestTitle:
    @pytest.mark.parametrize(("name", "title"), [
        ("three-habits.txt", "Three habits"), ("a/b/my_first__reel.md", "My first reel"), ("éclair.txt", "Éclair"),
        ("---.txt", "Reel"), ("x\udcff.txt", "Reel"), ("script", "Reel"),
    ])
    def test_file_names_become_titles(self, name: str, title: str) -> None:
        """Dashes become spaces; a name without letters gives the plain word."""
        assert title_of(name) == title


class TestForm:
    @pytest.mark.parametrize(("text", "form"), [
        ("title: T\nbeats: []", ".yaml"), ("# comment\nbeats: []", ".yaml"), ('{"beats": []}', ".yaml"),
        ("---\ntitle: T\nbeats: []", ".yaml"), ("---\ntitle: T\n---\nHi", ".md"), ("# Title\n\nHi", ".md"),
        ("Hello there", ".txt"), ("Note: hello", ".txt"),
    ])
    def test_text_without_a_name_tells_its_form(self, text: str, form: str) -> None:
        """Fields mean YAML, a heading or front matter Markdown, all else plain text."""
        assert form_of(text, "script") == form

    def test_suffix_decides_over_content(self) -> None:
        """A named form is believed."""
        assert form_of("title: T", "a.TXT") == ".txt"
