"""Script files: which are read, and that nothing but a sentence comes out of a bad one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import ScriptError
from tasks.domain.script import Script
from tasks.script.parse import FORMS, parse_script, read_script

EXAMPLES = Path(__file__).parents[2] / "examples"


class TestReadScript:
    @pytest.mark.parametrize("suffix", [*FORMS, ".YAML", ".Md"])
    def test_suffix_tells_the_form(self, tmp_path: Path, suffix: str) -> None:
        """Every form is found by the name's ending, in any case."""
        path = tmp_path / f"my-talk{suffix}"
        path.write_text("beats: [{say: Hi}]" if suffix.lower() in {".yaml", ".yml"} else "Hi", "utf-8")
        assert read_script(path) == Script.model_validate({"title": "My talk", "beats": [{"say": "Hi"}]})

    def test_other_files_are_refused_by_name(self, tmp_path: Path) -> None:
        """A document of another program is not guessed at."""
        with pytest.raises(ScriptError, match=r"is no script file: its name must end in one of \.yaml, \.yml, \.md"):
            read_script(tmp_path / "talk.docx")

    def test_windows_file_reads_like_any(self, tmp_path: Path) -> None:
        """Byte order mark and carriage returns change nothing."""
        path = tmp_path / "talk.md"
        path.write_bytes(b"\xef\xbb\xbf---\r\navatar: ada\r\n---\r\n# T\r\n\r\nHi\r\n")
        assert read_script(path) == Script.model_validate({"title": "T", "avatar": "ada", "beats": [{"say": "Hi"}]})

    @pytest.mark.parametrize("name", ["three-habits.yaml", "one-word.txt", "moon-distance.md"])
    def test_examples_are_scripts(self, name: str) -> None:
        """What the README shows can be read."""
        assert read_script(EXAMPLES / name).beats


PIECES = ["title", "beats", "say", "- ", ": ", "\n", "  ", "[", "{", "]", "}", "#", "'", '"', "&a", "*a", "---", "|", ">",
          "!!x", "yes", "1", "?", "%", "<<"]
"""What YAML is made of."""


def outcome(text: str, name: str) -> Script | str:
    """The script, or the sentence with which the text is refused."""
    try:
        return parse_script(text, name=name)
    except ScriptError as error:
        return str(error)


class TestAnyText:
    @given(st.text(max_size=200), st.sampled_from(sorted(FORMS)))
    def test_any_text_is_a_script_or_a_sentence(self, text: str, suffix: str) -> None:
        """No text makes the reader fail otherwise, and a script always has words."""
        found = outcome(text, f"talk{suffix}")
        if isinstance(found, Script):
            assert all(any(letter.isalnum() for letter in beat.say) for beat in found.beats)
        else:
            assert found.startswith(f"'talk{suffix}'")

    @given(st.lists(st.sampled_from(PIECES), max_size=25))
    def test_any_pile_of_yaml_is_a_script_or_a_sentence(self, pieces: list[str]) -> None:
        """No YAML makes the reader fail otherwise."""
        found = outcome("".join(pieces), "talk.yaml")
        assert isinstance(found, Script) or found.startswith("'talk.yaml'")
