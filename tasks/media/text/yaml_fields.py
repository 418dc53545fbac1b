"""Reads YAML into fields that know their lines.

Plain YAML only: no anchors and aliases (a few lines of them can stand for gigabytes), no tags, one document, no field
twice. Dates stay text; what YAML reads as true, false, a number or nothing is kept as that, with the words it was
written in.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from tasks.domain.errors import ReelsError
from tasks.domain.text import name_of, unprintable_at
from tasks.media.text.fields import Fields, Place, complaint

MAX_DEPTH = 16
"""Deepest nesting read; a script needs four."""
PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")}
"""What a value may be read as."""
TYPED_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool")}
"""What is more than text."""
ANCHOR = "& and * begin an anchor in YAML, which is not read here: write the text out, or put it in quotes"
"""What is said of anchors, meant or not."""
SYNTAX = (
    ("mapping values are not allowed", "a colon and a space begin a field: put the text in quotes, \"like: this\", or indent"
                                       " the line like its neighbours"),
    ("'\\t'", "a tab stands where spaces are wanted: indent with spaces"),
    ("cannot start any token", "this sign cannot begin a value: put the text in quotes"),
    ("expected alphabetic or numeric character", ANCHOR),
    ("unexpected end of stream", "a quote is opened here and never closed"),
    ("could not find expected ':'", "this line is no field: write `name: value`"),
    ("expected <block end>", "this line does not fit to those above: indent the fields of a group alike, and close quotes"
                             " only at the end of a text"),
    ("expected ',' or ']'", "a list in brackets goes wrong here: separate with commas, and put words with # in quotes"),
    ("expected ',' or '}'", "a group in braces goes wrong here: separate with commas, and put texts in quotes"),
    ("expected the node content", "a list in brackets or a group in braces is not closed here: close it, and put words"
                                  " with # in quotes"),
    ("found another document", "a second document begins here: remove the line '---'"),
    ("sequence entries are not allowed", "a list cannot begin within a line: put it on lines of its own, or the text in"
                                         " quotes"),
    ("expected a comment or a line break", "> and | begin a block of lines: put the text on the lines below, or in quotes"),
    ("chomping or indentation", "> and | begin a block of lines: put the text on the lines below, or in quotes"),
    ("expected '<document start>'", "the value above ends already: put all of the text in one pair of quotes"),
    ("unknown escape character", "a backslash in double quotes begins an escape: use single quotes"),
)
"""What the parser's complaints mean to the person who wrote the file."""
TOLD_AT_BEGINNING = ("unexpected end of stream", "could not find expected ':'")
"""Complaints that belong to the line where the trouble began, not to the one where the parser gave up."""
_LOOKS_MEANT = re.compile(r"#\S+$")
"""A comment without a space in it is a colour or hashtag whose quotes were forgotten."""


def read_yaml(text: str, *, name: str, error: type[ReelsError], first_line: int = 1) -> Fields:
    """The fields of a YAML document.

    Args:
        text: the document, printable characters only.
        name: the file, as messages call it.
        error: what is raised.
        first_line: line of the file on which `text` begins.

    Raises:
        ReelsError: of class `error`: no YAML, not plain YAML, or no mapping; with file and line.
    """
    reader = _Reader(text, name, error, first_line)
    node = reader.compose()
    if not isinstance(node, yaml.MappingNode):
        found = "a list" if isinstance(node, yaml.SequenceNode) else "plain text" if node else "nothing"
        raise error(f"{name!r}, line {first_line}: {found} stands where fields are wanted: begin each with its name,"
                    " e.g. `title: My reel`")
    return Fields(name, reader.value(node, ()), reader.lines, reader.sources)


@dataclass
class _Reader:
    """Walks the tree of nodes once, noting lines on the way."""

    text: str
    name: str
    error: type[ReelsError]
    first_line: int
    lines: dict[Place, int] = field(default_factory=dict)
    sources: dict[Place, str] = field(default_factory=dict)

    def compose(self) -> yaml.Node | None:
        loader = _PlainLoader(self.text)
        try:
            return loader.get_single_node()
        except yaml.MarkedYAMLError as fault:
            problem = fault.problem or fault.context or "no YAML"
            marks = [fault.problem_mark, fault.context_mark]
            began = any(sign in problem for sign in TOLD_AT_BEGINNING)
            mark = next((mark for mark in (reversed(marks) if began else marks) if mark), None)
            other = problem if isinstance(fault, _NotPlainError) else f"this is no YAML ({problem}): put the text in quotes"
            told = next((words for sign, words in SYNTAX if sign in problem), other)
            raise self.error(f"{self.name!r}, line {self._line(mark)}: {told}") from fault
        finally:
            loader.dispose()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, self._line(node.start_mark))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._fault(key_node, place, "a field's name must be a word")
            key = key_node.value
            if key in values:
                first = self.lines[*place, key]
                raise self._fault(key_node, (*place, key), f"is here twice, first on line {first}: remove one")
            self.lines[*place, key] = self._line(key_node.start_mark)
            values[key] = self.value(value_node, (*place, key))
        return values

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        source = str(node.value)
        bad = unprintable_at(source)
        if bad is not None:
            raise self._fault(node, place, f"holds the control character {name_of(source[bad])}: remove it")
        if node.tag not in PLAIN_TAGS:
            raise self._fault(node, place, f"the tag {node.tag!r} is not read here: remove it")
        if node.tag.endswith(":null"):
            self._note_comment(node, place)
            return None
        if node.tag not in TYPED_TAGS:
            return source
        self.sources[place] = source
        try:
            return yaml.constructor.SafeConstructor().construct_object(node)
        except (ValueError, ConstructorError):
            return source

    def _note_comment(self, node: yaml.Node, place: Place) -> None:
        """Refuses an empty value whose comment was meant to be the value."""
        rest = self.text[node.start_mark.index:].partition("\n")[0].strip()
        if not node.value and _LOOKS_MEANT.match(rest):
            raise self._fault(node, place, f"has no value, because # begins a comment: put it in quotes, \"{rest}\"")

    def _fault(self, node: yaml.Node, place: Place, words: str) -> ReelsError:
        here = Fields(self.name, {}, {place: self._line(node.start_mark)})
        return self.error(complaint(here, place, words))

    def _line(self, mark: yaml.Mark | None) -> int:
        """Line of a mark; the end of the file counts as its last line with text."""
        last = self.text.rstrip().count("\n")
        return self.first_line + (min(mark.line, last) if mark else 0)


class _NotPlainError(yaml.MarkedYAMLError):
    """YAML, but more than is read here."""


class _PlainLoader(yaml.SafeLoader):
    """Composes nodes without aliases and not too deep, so that no file can unfold in memory."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _NotPlainError(problem=ANCHOR, problem_mark=event.start_mark)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _NotPlainError(problem="too deeply nested: a script needs few levels", problem_mark=event.start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node
