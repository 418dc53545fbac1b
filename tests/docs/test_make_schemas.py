"""What is published about file formats is what the models say, and what the project's own files follow."""

import json
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
import yaml

from file_modules import load_file

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """docs/make_schemas.py as a module."""
    return load_file(CHECKOUT / "docs" / "make_schemas.py")


def is_valid(name: str, document: object) -> bool:
    """Whether a published schema accepts a document."""
    schema = json.loads((CHECKOUT / "docs" / "schemas" / f"{name}.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema).is_valid(document)


class TestPublished:
    def test_files_are_what_the_models_say(self, program: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        """A model that changed without its schema is found here."""
        monkeypatch.setattr("sys.argv", ["make_schemas.py", "--check"])
        assert program.main() == 0

    def test_stale_file_is_named(
        self, program: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    ) -> None:
        """The check says which file, and what to run."""
        monkeypatch.setattr("sys.argv", ["make_schemas.py", "--check"])
        monkeypatch.setattr(program, "READ", {**program.READ, "brand": program.Avatar})
        assert program.main() == 1
        assert "docs/schemas/brand.json is not what the models say: run" in capsys.readouterr().err

    def test_table_names_every_field_of_a_script(self, program: ModuleType) -> None:
        """Fields inside fields, with their limits."""
        table = program.field_table(program.Script)
        for row in ("| `voice.rate` | number, at least 0.5, at most 2 |", "| `captions.colour` | `#rrggbb` |",
                    "| `beats[].show[].text` | text |", "| `post.hashtags` | list of texts |"):
            assert row in table

    def test_table_names_every_field_of_a_brand(self, program: ModuleType) -> None:
        """Wordings by language too."""
        table = program.field_table(program.Brand)
        for row in ("| `colours.highlight` | `#rrggbb` |", "| `label` | names with a text each |",
                    "| `logo.width_px` | whole number, at least 40, at most 400 |"):
            assert row in table


class TestSchemas:
    @pytest.mark.parametrize(("name", "path"), [
        ("script", "examples/three-habits.yaml"), ("brand", "templates/brands/default.yaml"),
        ("brand", "templates/brands/midnight.yaml"),
        *(("avatar", f"avatars/{avatar}/avatar.yaml") for avatar in ("ada", "kofi", "mei")),
    ])
    def test_files_of_the_project_follow_them(self, name: str, path: str) -> None:
        """What is shipped is what is published."""
        assert is_valid(name, yaml.safe_load((CHECKOUT / path).read_text("utf-8")))

    @pytest.mark.parametrize(("script", "valid"), [
        ({"beats": [{"say": "Hi"}]}, True), ({"beats": []}, False), ({"title": "T"}, False),
        ({"beats": [{"say": "Hi"}], "langauge": "en"}, False), ({"schema": 2, "beats": [{"say": "Hi"}]}, False),
        ({"beats": [{"say": "Hi"}], "captions": {"colour": "red"}}, False),
        ({"beats": [{"say": "Hi"}], "voice": {"rate": 3}}, False),
    ])
    def test_editor_and_program_agree(self, script: dict[str, object], valid: bool) -> None:
        """What an editor underlines is what the program refuses."""
        assert is_valid("script", script) is valid
