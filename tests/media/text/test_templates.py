"""Templates are filled in, in a sandbox, and users' text stays text."""

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tasks.domain.errors import FixMachine
from tasks.media.text.templates import fill_in, markdown_quote, markdown_text, render_template


class TestRenderTemplate:
    def test_values_are_not_templates(self, tmp_path: Path) -> None:
        """Jinja in a value appears as written."""
        (tmp_path / "page.md.j2").write_text("say: {{ say }}\n")
        assert render_template(tmp_path, "page.md.j2", say="{{ 7 * 7 }}{% if %}") == "say: {{ 7 * 7 }}{% if %}\n"

    @pytest.mark.parametrize("source", ["{{ absent }}", "{{ value.absent }}", "{% if %}", "{{ ''.__class__.__mro__[1] }}",
                                        "{% include '../secret' %}", "{{ value.append(1) }}"])
    def test_mistakes_and_escapes_are_errors(self, source: str, tmp_path: Path) -> None:
        """Unknown names, wrong syntax and reaching out of the sandbox or folder name the template."""
        folder = tmp_path / "templates"
        folder.mkdir()
        (tmp_path / "secret").write_text("secret")
        (folder / "bad.j2").write_text(source)
        with pytest.raises(FixMachine):
            render_template(folder, "bad.j2", value=[])

    def test_missing_template_is_named(self, tmp_path: Path) -> None:
        """The message says which template is not there."""
        with pytest.raises(FixMachine, match="absent.j2"):
            render_template(tmp_path, "absent.j2")


class TestFillIn:
    def test_field_of_a_file_is_a_template_and_its_values_are_not(self) -> None:
        assert fill_in("{{ a }}, {{ b }}", name="own.yaml", a="{{ b }}", b="<i>") == "{{ b }}, <i>"

    @pytest.mark.parametrize("source", ["{{ absent }}", "{% if %}", "{% include 'own.yaml' %}", "{{ a.__class__ }}"])
    def test_mistake_names_the_file(self, source: str) -> None:
        with pytest.raises(FixMachine, match=r"own\.yaml"):
            fill_in(source, name="own.yaml", a="")


class TestMarkdownText:
    @pytest.mark.parametrize("text", ["*not bold*", "<script>alert(1)</script>", "[a](javascript:b)", "# title", "a | b",
                                      "`code`", "![x](y)", "1. list", "~~gone~~", "&amp;", "https://example.com", "\\*"])
    def test_shows_exactly_the_text(self, text: str) -> None:
        """A Markdown renderer with tables and links shows the characters of the text and no element."""
        parser = MarkdownIt("gfm-like", {"linkify": False}).enable("table")
        inline = parser.parseInline(markdown_text(text))[0].children or []
        assert {token.type for token in inline} <= {"text", "text_special"}
        assert "".join(token.content for token in inline) == text

    def test_a_line_break_starts_nothing(self) -> None:
        """All of it stays in one line."""
        assert markdown_text("a\n\n- b") == "a \\- b"


class TestWebPages:
    def test_they_are_escaped_by_themselves_and_others_are_not(self, tmp_path: Path) -> None:
        for name in ("page.html.j2", "page.md.j2"):
            (tmp_path / name).write_text("{{ text }}", "utf-8")
        assert render_template(tmp_path, "page.html.j2", text="<b>&") == "&lt;b&gt;&amp;"
        assert render_template(tmp_path, "page.md.j2", text="<b>&") == "<b>&"


class TestMarkdownQuote:
    @pytest.mark.parametrize("text", ["https://example.com", "see www.example.com now", "jo@example.com", "`` www.a.b ```",
                                      "# title", "<b>", "[a](b)", "plain"])
    def test_shows_exactly_the_text_and_makes_no_link(self, text: str) -> None:
        """Renderers make links of bare addresses even where they are escaped; not in code."""
        inline = MarkdownIt("gfm-like", {"linkify": False}).parseInline(markdown_quote(text))[0].children or []
        assert "".join(token.content for token in inline) == text
        bare = "".join(token.content for token in inline if token.type != "code_inline")
        assert not any(mark in bare for mark in ("://", "www.", "@"))
