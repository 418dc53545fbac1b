"""The folder that an engine's models lie in, on this machine.

    <models>/<engine>/...       e.g. models/piper/en_US-amy-medium.onnx, models/whisperx/de/config.json
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ModelFolder:
    """Where one engine's models lie, put there by whoever keeps the machine; nothing is ever downloaded into it."""

    root: Path
    """The engine's own folder; it need not exist."""
    accepted: frozenset[str] = frozenset()
    """Names of restrictive licences that the installation accepts, as the setting `accepted_licences` has them."""

    def names(self, pattern: str) -> tuple[str, ...]:
        """What lies directly inside it, by a glob pattern, as sorted names; nothing where the folder is missing."""
        return tuple(sorted(path.name for path in self.root.glob(pattern) if not path.name.startswith(".")))
