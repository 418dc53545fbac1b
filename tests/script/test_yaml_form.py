"""The full form of a script, and what is said about its mistakes."""

import pytest

from tasks.domain.errors import ScriptError
from tasks.domain.script import Script, Show
from tasks.script.parse import parse_script

FULL = """\
schema: 1
title: "Tea at five: a guide"
avatar: ada
language: en-GB
voice: {engine: espeak, name: en-gb, rate: 1.1, pitch: 0.9}
captions: {style: karaoke, colour: "#ff8800"}
brand: default
seed: 7
beats:
  - say: >
      Boil the water,
      then wait.
    direct: small nod
    show: {text: "96 °C", at: water}
  - say: "Pour {slowly} & 100%."
post:
  caption: |
    First line

    Third line
  hashtags: [tea, "#calm"]
"""


def refusal(text: str) -> str:
    """The sentence with which a script in YAML is refused."""
    with pytest.raises(ScriptError) as caught:
        parse_script(text, name="talk.yaml")
    return str(caught.value)


def with_beat(head: str) -> str:
    """A script that is right but for what `head` adds."""
    return f"{head}\nbeats:\n  - say: Hello\n"


class TestWholeScript:
    def test_every_field_arrives(self) -> None:
        """What is written is what the model holds."""
        script = parse_script(FULL, name="talk.yaml")
        assert (script.title, script.avatar, script.language, script.brand, script.seed) == (
            "Tea at five: a guide", "ada", "en-GB", "default", 7)
        assert script.voice.model_dump(exclude_defaults=True) == {
            "engine": "espeak", "name": "en-gb", "rate": 1.1, "pitch": 0.9}
        assert (script.captions.style, script.captions.colour) == ("karaoke", "#ff8800")
        assert script.beats[0].direct == "small nod"
        assert script.beats[0].show == (Show(text="96 °C", at="water"),)
        assert script.post.hashtags == ("tea", "#calm")

    def test_layout_of_the_file_does_not_matter(self) -> None:
        """A folded text and the same text on one line are the same script, with the same digest."""
        flat = FULL.replace(">\n      Boil the water,\n      then wait.", '"Boil the  water, then wait."')
        assert flat != FULL
        assert parse_script(flat, name="talk.yaml").sha256() == parse_script(FULL, name="talk.yaml").sha256()

    def test_lines_of_the_post_stay(self) -> None:
        """The caption of a post keeps its paragraphs."""
        assert parse_script(FULL, name="talk.yaml").post.caption == "First line\n\nThird line"

    def test_signs_are_only_text(self) -> None:
        """Braces, percent and ampersand have no meaning."""
        assert parse_script(FULL, name="talk.yaml").beats[1].say == "Pour {slowly} & 100%."

    def test_title_comes_from_the_file_when_missing(self) -> None:
        """A file's name is a title."""
        assert parse_script("beats: [{say: Hi}]", name="some/where/three-habits.yaml").title == "Three habits"

    def test_date_may_stand_without_quotes(self) -> None:
        """A date as title is kept as it is written."""
        assert parse_script(with_beat("title: 2026-01-31"), name="talk.yaml").title == "2026-01-31"

    def test_no_break_space_stays(self) -> None:
        """A space that must not break is the author's choice; other white space is layout."""
        assert parse_script('beats: [{say: "384\u00a0400  km"}]', name="talk.yaml").beats[0].say == "384\u00a0400 km"


class TestMistakes:
    @pytest.mark.parametrize(("head", "sentence"), [
        ("title: 5", "'talk.yaml', line 1, 'title': is the number 5; text is wanted: put it in quotes, \"5\""),
        ("title: yes", "line 1, 'title': 'yes' reads as true; text is wanted: put it in quotes, \"yes\""),
        ("title: 007", "put it in quotes, \"007\""),
        ("title:", "line 1, 'title': has no value; write text after it"),
        ("title: '  '", "'title': is empty: write some text"),
        (f"title: {'a' * 201}", "'title': has 201 characters; at most 200 are read"),
        ("title: [a]", "'title': is a list; write text after it"),
        ("\nlangauge: en", "line 2, 'langauge': there is no such field; did you mean 'language'? There are: schema, title,"),
        ("qqq: 1", "'qqq': there is no such field; there are: schema, title, avatar"),
        ("schema: 2", "line 1, 'schema': is 2, and this program reads schema 1"),
        ("schema_version: 1", "'schema_version': there is no such field"),
        ("voice: en-us", "'voice': is 'en-us'; write fields under it: engine, name, clone, rate, pitch, recording"),
        ("voice:\n  rate: fast", "line 2, 'voice.rate': is 'fast'; write a number, e.g. 1.0"),
        ("voice: {rate: true}", "'voice.rate': 'true' reads as true; write a number"),
        ("voice: {rate: 3}", "'voice.rate': is 3; it must be at most 2"),
        ("voice: {pitch: 0.1}", "'voice.pitch': is 0.1; it must be at least 0.5"),
        ("voice: {pitch: .nan}", "'voice.pitch': is nan; it must be"),
        ("voice: {nmae: x}", "'voice.nmae': there is no such field; did you mean 'name'? There are: engine, name,"),
        ("seed: 1.5", "'seed': is the number 1.5; write a whole number"),
        ("seed: -1", "'seed': is -1; it must be at least 0"),
        ("captions: {colour: red}", "'captions.colour': is 'red'; write a colour as '#rrggbb' in quotes"),
        ("captions:\n  colour: #ffcc00",
         "line 2, 'captions.colour': has no value, because # begins a comment: put it in quotes, \"#ffcc00\""),
        ("post:\n  hashtags:\n    - #tea", "line 3, item 1 of 'post.hashtags': has no value, because # begins a comment"),
        ("post: {hashtags: tea}", "'post.hashtags': is 'tea'; write a list, each item on a line of its own"),
        ("title: a\ntitle: b", "line 2, 'title': is here twice, first on line 1"),
        ('title: "a\\0b"', "line 1, 'title': holds the control character U+0000"),
        ('title: "\\ud83d"', "'title': holds the control character U+D83D"),
        ("title: !!python/name:os.system x", "the tag 'tag:yaml.org,2002:python/name:os.system' is not read here"),
        ("? [a]\n: b", "line 1: a field's name must be a word"),
    ])
    def test_field_is_named_with_its_line(self, head: str, sentence: str) -> None:
        """A wrong field is named with file, line, what is there and what to write."""
        assert sentence in refusal(with_beat(head))

    @pytest.mark.parametrize(("beat", "sentence"), [
        ("- Hello", "line 3, item 2 of 'beats': is 'Hello'; write fields under it: say, reading, direct, show"),
        ("- say: yes", "line 3, 'say' in item 2 of 'beats': 'yes' reads as true"),
        ("- say: 12:30", "'say' in item 2 of 'beats': is the number 12:30; text is wanted: put it in quotes, \"12:30\""),
        ("- say: '...'", "'say' in item 2 of 'beats': has no words to say"),
        ("- say: ''", "'say' in item 2 of 'beats': has no words to say"),
        ("- direct: nod", "line 3, 'say' in item 2 of 'beats': is missing"),
        ("- {say: a, shwo: {text: b}}", "'shwo' in item 2 of 'beats': there is no such field; did you mean 'show'?"),
        ("- {say: a, show: {txet: b}}",
         "'txet' in item 1 of 'show' in item 2 of 'beats': there is no such field; did you mean 'text'?"),
        ("- {say: a, show: {image: /etc/x.jpg}}",
         "is '/etc/x.jpg'; write the path from the library on, with '/' between folders, e.g. 'media/cup.jpg'"),
        ("- {say: a, show: {clip: 'http://a/b.mp4'}}", "write the path from the library on"),
    ])
    def test_beat_is_named_with_its_line(self, beat: str, sentence: str) -> None:
        """A wrong beat is counted as people count."""
        assert sentence in refusal(f"beats:\n  - say: Hello\n  {beat}\n")

    def test_missing_beats_are_named(self) -> None:
        """A script without beats has nothing to say."""
        assert "'beats': is missing" in refusal("title: a\n")
        assert "line 2, 'beats': is empty: write at least one" in refusal("title: a\nbeats: []\n")

    def test_all_mistakes_come_at_once_in_order(self) -> None:
        """One run tells of every mistake, top to bottom, and nothing beside them."""
        lines = refusal("beats:\n  - say: 1\n  - say: 2\ntitle: 3\n").splitlines()
        assert [line.partition(":")[0] for line in lines] == [
            "'talk.yaml', line 2, 'say' in item 1 of 'beats'", "'talk.yaml', line 3, 'say' in item 2 of 'beats'",
            "'talk.yaml', line 4, 'title'"]

    def test_long_list_of_mistakes_is_cut(self) -> None:
        """A page of complaints helps nobody."""
        lines = refusal("beats:\n" + "  - say: 1\n" * 20).splitlines()
        assert len(lines) == 6
        assert lines[-1] == "and 15 more"

    def test_no_jargon_of_the_libraries(self) -> None:
        """Nobody who writes a script knows pydantic or a parser's tokens."""
        told = "\n".join(refusal(with_beat(head)) for head in ("title: 5", "seed: x", "voice: 1", "post: {hashtags: 1}"))
        assert not any(word in told.lower() for word in ("pydantic", "input should", "validation", "tuple", "dict", "str "))


class TestSyntax:
    @pytest.mark.parametrize(("text", "sentence"), [
        ("title: Tea: a guide\n", "line 1: a colon and a space begin a field: put the text in quotes"),
        ("title: a\nbeats:\n\t- say: b\n", "line 3: a tab stands where spaces are wanted"),
        ("title: a\nbeats:\n  - say: \"b\n", "line 3: a quote is opened here and never closed"),
        ("title: a\nbeats\n  - say: b\n", "line 2: this line is no field"),
        ("title: @me\n", "line 1: this sign cannot begin a value: put the text in quotes"),
        ("title: *bold*\n", "line 1: & and * begin an anchor"),
        ("title: & co\n", "line 1: & and * begin an anchor"),
        ("title: a\npost: {hashtags: [#tea]}\n", "line 2: a list in brackets or a group in braces is not closed here"),
        ("title: a\npost: {hashtags: [#tea, b]\nseed: 1}\n", "line 3: a list in brackets goes wrong here"),
        ("title: a\n---\ntitle: b\n", "line 2: a second document begins here: remove the line '---'"),
        ("title: - a\n", "line 1: a list cannot begin within a line"),
        ("title: > a\n", "line 1: > and | begin a block of lines"),
        ("title: 'a'\n'b' c\n", "line 2: "),
        ('title: "a"\nbeats: "b" c\n', "line 2: "),
        ("title: !a{b c\n", "line 1: this is no YAML"),
        ("- a\n- b\n", "line 1: a list stands where fields are wanted"),
        ("just words\n", "line 1: plain text stands where fields are wanted"),
        ("# only a comment\n", "line 1: nothing stands where fields are wanted"),
    ])
    def test_line_and_cure_are_told(self, text: str, sentence: str) -> None:
        """What the parser means is said in words, with the line where the trouble began."""
        assert sentence in refusal(text)

    def test_aliases_cannot_unfold(self) -> None:
        """A bomb of nested aliases, which would be 10^9 words, is refused at its first anchor."""
        bomb = "a0: &a0 [lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
        assert "line 1: & and * begin an anchor" in refusal(bomb)

    def test_deep_nesting_is_refused(self) -> None:
        """Ten thousand brackets are no script and no crash."""
        assert "too deeply nested" in refusal("a: " + "[" * 10_000)

    def test_json_is_yaml(self) -> None:
        """A program may send JSON."""
        assert parse_script('{"title": "T", "beats": [{"say": "Hi"}]}') == Script.model_validate(
            {"title": "T", "beats": [{"say": "Hi"}]})
