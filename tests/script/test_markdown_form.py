"""Scripts in Markdown."""

import pytest

from tasks.domain.errors import ScriptError
from tasks.script.parse import parse_script

WHOLE = """\
---
avatar: mei
post:
  hashtags: [tea]
---
# Tea *at* five

Boil the **water**,
then [wait](https://example.com).

## What comes next

- Pour it.
- Wait again.
    1. Three minutes, `exactly`.

<!-- check the time -->

> Enjoy \\*it\\* &amp; write to <me@example.com>.
"""


def says(text: str) -> list[str]:
    """What is said, beat by beat."""
    return [beat.say for beat in parse_script(text, name="talk.md").beats]


def refusal(text: str) -> str:
    """The sentence with which a script in Markdown is refused."""
    with pytest.raises(ScriptError) as caught:
        parse_script(text, name="talk.md")
    return str(caught.value)


class TestWholeScript:
    def test_title_and_fields_arrive(self) -> None:
        """The first heading is the title, front matter holds the rest."""
        script = parse_script(WHOLE, name="talk.md")
        assert (script.title, script.avatar, script.post.hashtags) == ("Tea at five", "mei", ("tea",))

    def test_paragraphs_and_items_are_beats_of_plain_text(self) -> None:
        """Marks, link targets, other headings and comments are not spoken."""
        assert says(WHOLE) == ["Boil the water, then wait.", "Pour it.", "Wait again.", "Three minutes, exactly.",
                               "Enjoy *it* & write to me@example.com."]

    def test_title_of_the_front_matter_wins(self) -> None:
        """A heading does not replace a title that is given by name."""
        script = parse_script("---\ntitle: Given\n---\n# Heading\n\nHi\n", name="talk.md")
        assert (script.title, [beat.say for beat in script.beats]) == ("Given", ["Hi"])

    def test_title_comes_from_the_file_when_missing(self) -> None:
        """Text without a heading is titled by its file."""
        assert parse_script("Hi", name="three-habits.md").title == "Three habits"

    def test_hashtag_is_no_heading(self) -> None:
        """Without a space, # begins a word."""
        assert says("#tea is good") == ["#tea is good"]

    def test_paragraph_above_a_rule_is_spoken(self) -> None:
        """A line of dashes below a paragraph parts beats; it does not turn the paragraph into a heading."""
        assert says("One\n---\nTwo\n") == ["One", "Two"]

    def test_indented_paragraph_is_spoken(self) -> None:
        """Four spaces are somebody's taste, not code."""
        assert says("One\n\n    Two\n") == ["One", "Two"]


class TestMistakes:
    @pytest.mark.parametrize(("text", "sentence"), [
        ("# T\n\nSee ![cup](cup.png)\n", "'talk.md', line 3: a picture cannot be spoken"),
        ("Hi\n\n```\nx = 1\n```\n", "line 3: a block of code cannot be spoken"),
        ("Hi\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "line 3: a table cannot be spoken"),
        ("Hi\n\n<div>x</div>\n", "line 3: HTML cannot be spoken"),
        ("Hello <name>\n", "line 1: HTML cannot be spoken: remove it, or write \\< for a plain <"),
        ("# Only a title\n", "'talk.md' has no words to say"),
        ("# T\n\nHi\n\n...\n", "line 5, 'say' in item 2 of 'beats': has no words to say"),
        ("---\navatar: ada\n\nHi\n", "line 1: '---' opens front matter that is never closed"),
        ("---\nbeats: []\n---\nHi\n", "line 2, 'beats': in Markdown the paragraphs are the beats"),
        ("---\navatar: ada\n\nlangauge: en\n---\n# T\n\nHi\n", "line 4, 'langauge': there is no such field; did you mean"),
        ("---\navatar: ada\nvoice: {rate: 9}\n---\nHi\n", "line 3, 'voice.rate': is 9; it must be at most 2"),
        ("---\n- a\n---\nHi\n", "line 2: a list stands where fields are wanted"),
        ("---\ntitle: a: b\n---\nHi\n", "line 2: a colon and a space begin a field"),
    ])
    def test_line_and_cure_are_told(self, text: str, sentence: str) -> None:
        """Lines are those of the file, front matter included."""
        assert sentence in refusal(text)
