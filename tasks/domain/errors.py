"""Everything that can go wrong, as one tree.

    ReelsError
    ├── FixRequest        the request is wrong: change it (exit 2)
    │   ├── ScriptError       script file missing, unreadable, misspelt, empty or too long
    │   ├── UnknownName       no avatar, engine, style, voice, language or brand of that name
    │   ├── AvatarError       portrait, rig or avatar.yaml missing or damaged
    │   ├── GlyphMissing      the caption font lacks a letter of the script
    │   └── ConsentMissing    the consent of avatar or voice does not cover a new reel
    ├── FixMachine        the machine is wrong: change it (exit 3)
    │   ├── NotWritable       a folder cannot be written, or the disk is full
    │   ├── NoFreePort        the local server finds no port
    │   ├── MissingTool       a program, package or key is not there
    │   ├── StoreDamaged      a file of the store does not match its digest and cannot be made again
    │   └── PaymentUnknown    a paid request broke off, and nobody can say whether it was charged
    ├── TryAgain          the same request may succeed later (exit 4); the only branch that is retried
    │   └── Unfinished        it was begun and still goes on, or was cancelled; not done by anybody else instead
    ├── ApprovalMissing   the script waits for approval, or was rejected (exit 5)
    │   └── Rejected          a waiting run was told no, or got no answer in time
    ├── OverLimit         the reel would cost more than the installation allows (exit 5); nothing was sent
    │   └── DayLimitReached   today's money is spent: tomorrow there is more (exit 4); not retried by itself
    └── QualityRefused    the finished reel failed a check (exit 1)

A message says what happened, the value with `!r`, and what to do next.
"""

from typing import Any, ClassVar


class ReelsError(Exception):
    """Base of all errors the program raises on purpose; `exit_code` is what the command line returns."""

    exit_code: ClassVar[int] = 1


class FixRequest(ReelsError):
    """The request cannot be carried out as it is; the caller changes it."""

    exit_code = 2


class ScriptError(FixRequest):
    """A script file cannot be read as a script; the message names file, line and field."""


class UnknownName(FixRequest):
    """A name stands for nothing; the message lists the ones there are."""


class AvatarError(FixRequest):
    """An avatar folder is incomplete or damaged."""


class GlyphMissing(FixRequest):
    """The caption font has no glyph for a letter of the script."""


class ConsentMissing(FixRequest):
    """The consent record of an avatar, or of a voice that is cloned, is absent, expired or revoked."""


class FixMachine(ReelsError):
    """The machine cannot do it as it is; its keeper changes it."""

    exit_code = 3


class NotWritable(FixMachine):
    """A place cannot be written: permission, a file in the way, or no space left."""


class NoFreePort(FixMachine):
    """No port is free for the local server."""


class MissingTool(FixMachine):
    """A program, package or key the work needs is not there."""


class StoreDamaged(FixMachine):
    """A file of the store is missing or does not match its digest."""


class PaymentUnknown(FixMachine):
    """A paid request broke off and its service cannot say what became of it; it is not sent again until that is settled."""


class TryAgain(ReelsError):
    """A passing trouble: a rate limit, an outage, a server that starts slowly."""

    exit_code = 4


class Unfinished(TryAgain):
    """Work that was begun is not done, and nobody else is to do it instead: it still goes on, or somebody cancelled it."""


class ApprovalMissing(ReelsError):
    """No valid approval stands for this script, or a person rejected it."""

    exit_code = 5


class Rejected(ApprovalMissing):
    """A run that waited for an answer ends without a reel; `state` is how the Prefect UI calls its end."""

    def __init__(self, message: str, *, state: str = "Rejected") -> None:
        super().__init__(message)
        self.state = state


class OverLimit(ReelsError):
    """A limit of the installation refuses the cost; nothing was sent, and waiting does not help."""

    exit_code = 5


class DayLimitReached(OverLimit):
    """A limit of one day refuses the cost; nothing was sent, and on the next day it may pass."""

    exit_code = 4


class QualityRefused(ReelsError):
    """The finished reel failed at least one check; `finished`, a FinishedSet, is kept for inspection."""

    exit_code = 1
    finished: Any = None
