"""Writes a script as YAML, the way a person would: what is as usual is left out."""

import yaml

from tasks.domain.script import Script

COLUMNS = 100
"""Where a long line is broken."""


def script_yaml(script: Script) -> str:
    """The script as YAML that `parse_script` reads as the same script."""
    fields = script.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=COLUMNS)
