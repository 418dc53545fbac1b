"""A script in Markdown: the first `# heading` is the title, each paragraph and each list item a beat.

Emphasis and links are reduced to their text. Other headings, rules and HTML comments are notes of the author and not spoken.
What cannot be spoken (pictures, code blocks, tables, HTML) is refused rather than dropped. Front matter between two lines
of `---` holds the other fields of a script.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tasks.domain.errors import ScriptError
from tasks.media.text.fields import Fields
from tasks.media.text.yaml_fields import read_yaml

FENCE = "---"
"""The line before and after front matter."""
UNSPEAKABLE = {
    "image": "a picture", "fence": "a block of code", "code_block": "a block of code", "table_open": "a table",
    "html_block": "HTML", "html_inline": "HTML",
}
"""Parts of Markdown that no voice can say, as messages call them."""
COMMENT = re.compile(r"\s*(<!--.*?-->\s*)+", re.DOTALL)
"""HTML comments: notes of the author."""
UNDERLINED = "-"
"""Mark of a heading made by a line of dashes below: nearly always a paragraph with a rule after it."""


@dataclass(frozen=True)
class Block:
    """A heading that may be the title, or a paragraph."""

    text: str
    line: int
    """Line of the file, from 1."""
    is_title: bool


def read_markdown(text: str, name: str) -> Fields:
    """The fields of a script in Markdown.

    Raises:
        ScriptError: faulty front matter, nothing to say, or something that cannot be spoken; with file and line.
    """
    front, body, offset = _split(text, name)
    if "beats" in front.values:
        raise ScriptError(f"{name!r}, line {front.line(('beats',))}, 'beats': in Markdown the paragraphs are the beats:"
                          " write them below the front matter")
    values, lines = dict(front.values), dict(front.lines)
    beats: list[dict[str, str]] = []
    for block in _blocks(body, name, offset):
        if block.is_title and "title" not in values:
            values["title"], lines["title",] = block.text, block.line
        elif not block.is_title:
            lines["beats", len(beats)] = block.line
            beats.append({"say": block.text})
    if not beats:
        raise ScriptError(f"{name!r} has no words to say: write a paragraph below the title")
    return Fields(name, {**values, "beats": beats}, lines, front.sources)


def _split(text: str, name: str) -> tuple[Fields, str, int]:
    """Front matter, the text below it, and how many lines stand above that text."""
    rows = text.split("\n")
    if rows[0].rstrip() != FENCE:
        return Fields(name, {}), text, 0
    end = next((number for number, row in enumerate(rows[1:], start=1) if row.rstrip() == FENCE), None)
    if end is None:
        raise ScriptError(f"{name!r}, line 1: '---' opens front matter that is never closed: add a line '---' below the"
                          " fields, or remove this one")
    front = "\n".join(rows[1:end])
    fields = read_yaml(front, name=name, error=ScriptError, first_line=2) if front.strip() else Fields(name, {})
    return fields, "\n".join(rows[end + 1:]), end + 1


def _blocks(body: str, name: str, offset: int) -> Iterator[Block]:
    """Titles and beats in order."""
    parser = MarkdownIt("commonmark").enable("table").disable("code")
    opener: Token | None = None
    for token in parser.parse(body):
        line = offset + 1 + (token.map[0] if token.map else 0)
        _refuse_unspeakable(token, name, line)
        if token.type == "inline" and opener:
            is_heading = opener.type == "heading_open" and opener.markup != UNDERLINED
            text = "".join(_spoken(part, name, line) for part in token.children or ())
            if text.strip() and (opener.tag == "h1" or not is_heading):
                yield Block(text, line, is_title=is_heading)
        opener = token


def _spoken(part: Token, name: str, line: int) -> str:
    """What a voice says for a piece of a paragraph."""
    _refuse_unspeakable(part, name, line)
    if part.type in {"softbreak", "hardbreak"}:
        return "\n"
    return part.content if part.type in {"text", "code_inline"} else ""


def _refuse_unspeakable(token: Token, name: str, line: int) -> None:
    what = UNSPEAKABLE.get(token.type)
    if what is None or COMMENT.fullmatch(token.content):
        return
    hint = ", or write \\< for a plain <" if what == "HTML" else ""
    raise ScriptError(f"{name!r}, line {line}: {what} cannot be spoken: remove it{hint}")
