"""The full form of a script: YAML, every field by its name."""

from tasks.domain.errors import ScriptError
from tasks.media.text.fields import Fields
from tasks.media.text.yaml_fields import read_yaml


def read_script_yaml(text: str, name: str) -> Fields:
    """The fields of a script in YAML.

    Raises:
        ScriptError: no YAML, or no mapping; with file and line.
    """
    return read_yaml(text, name=name, error=ScriptError)
