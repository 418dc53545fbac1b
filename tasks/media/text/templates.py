"""Fills in templates: jinja2 in its sandbox, where a name that is not there is an error.

Only web pages (`*.html.j2`) are escaped by themselves; another template says what its target needs: `| ass_text` in
subtitles, `| markdown_text` on pages of Markdown, `| markdown_quote` where its readers make links of addresses.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from jinja2 import DictLoader, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tasks.domain.errors import FixMachine
from tasks.media.text.ass import ass_box, ass_colour, ass_parts, ass_text, ass_time

MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:$])")
"""Characters that may mean something in Markdown or in what shows it."""

ADDRESS = re.compile(r"://|www\.|@", re.IGNORECASE)
"""What renderers make a link of by themselves, escaped or not."""


def render_template(folder: Path, template: str, **values: object) -> str:
    """Fills in one template.

    Args:
        folder: the library's `templates/`; a template cannot reach outside it.
        template: path inside it, e.g. 'artifacts/plan.md.j2'.
        values: the names the template may use.

    Raises:
        FixMachine: there is no such template, or it is wrong.
    """
    with _told(template):
        try:
            return _environment(folder).get_template(template).render(**values)
        except TemplateNotFound as error:
            raise FixMachine(f"there is no template {str(error)!r} in {str(folder)!r}: restore it") from error


def fill_in(text: str, *, name: str, **values: object) -> str:
    """Fills in a template that is a field of a file.

    Args:
        text: the template; it can include no other.
        name: the file, as messages call it.
        values: the names the template may use.

    Raises:
        FixMachine: it is wrong.
    """
    with _told(name):
        return _environment(None).from_string(text).render(**values)


def markdown_text(text: str) -> str:
    """`text` so that Markdown shows exactly it, in one line."""
    return MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def markdown_quote(text: str) -> str:
    """`text` so that Markdown outside of tables shows exactly it, in one line, and makes no link of an address in it."""
    line = " ".join(str(text).split())
    if not ADDRESS.search(line):
        return markdown_text(line)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}"


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Says in a sentence what is wrong with a template."""
    try:
        yield
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        place = f" line {line}" if line else ""
        raise FixMachine(f"the template {name!r}{place} cannot be filled in ({error}): correct it") from error


@lru_cache(maxsize=8)
def _environment(folder: Path | None) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder) if folder else DictLoader({}), undefined=StrictUndefined, autoescape=_is_web_page,
        keep_trailing_newline=True)
    environment.filters.update(ass_text=ass_text, ass_parts=ass_parts, ass_colour=ass_colour, ass_time=ass_time,
                               ass_box=ass_box, markdown_text=markdown_text, markdown_quote=markdown_quote)
    return environment


def _is_web_page(template: str | None) -> bool:
    return bool(template and template.endswith(".html.j2"))
