"""Variants: one script, several reels that differ in little, e.g. in their hook, avatar or style."""

import difflib
from typing import Any

from tasks.domain.errors import FixRequest, UnknownName
from tasks.domain.script import MAIN, MusicChoice, Script, Variant


def expand(script: Script) -> tuple[tuple[str, Script], ...]:
    """Every reel of a script: the script itself, then its variants in order.

    Returns:
        (id, script without variants) pairs; the script itself is `MAIN`.
    """
    plain = script.model_copy(update={"variants": ()})
    return ((MAIN, plain), *((variant.id, changed(plain, variant)) for variant in script.variants))


def one_variant(script: Script, name: str | None) -> Script:
    """The script of one reel.

    Args:
        script: with variants or without.
        name: id of a variant, `MAIN` for the script itself, None for a script that has no variants.

    Raises:
        FixRequest: the script has variants, and none is named.
        UnknownName: there is no such variant, with the ones there are.
    """
    found = dict(expand(script))
    if name is None:
        if script.variants:
            raise FixRequest(f"the script {script.title!r} has variants, and one reel is made at a time: name one of"
                             f" {', '.join(found)}")
        return script
    if name not in found:
        near = difflib.get_close_matches(name, found, n=1)
        hint = f"did you mean {near[0]!r}? There are" if near else "there are"
        raise UnknownName(f"no variant {name!r} of {script.title!r}; {hint}: {', '.join(found)}")
    return found[name]


def changed(script: Script, variant: Variant) -> Script:
    """The script as a variant wants it."""
    update: dict[str, Any] = {name: value for name, value in variant.changes().items()
                              if name in ("hook", "call", "avatar", "brand", "seed")}
    if variant.opening is not None:
        first, *others = script.beats
        update["beats"] = (first.model_copy(update={"say": variant.opening, "reading": None}), *others)
    if variant.style is not None:
        update["captions"] = script.captions.model_copy(update={"style": variant.style})
    if variant.music is not None:
        update["music"] = MusicChoice(name=variant.music, below_voice_db=script.music.below_voice_db)
    return script.model_copy(update=update)
