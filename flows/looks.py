"""Settles how a reel looks and sounds besides its avatar and voice: captions, music, texts on screen, shown media."""

from pathlib import Path
from typing import Any

from flows.choices import Choices
from tasks.domain.brand import Brand
from tasks.domain.errors import FixRequest
from tasks.domain.overlays import ShownMedia
from tasks.domain.plan import CaptionLook, MusicLook
from tasks.domain.script import Script, Show
from tasks.domain.timeline import filled_px
from tasks.media.audio.music_file import check_music
from tasks.media.audio.synth.score import OFF, require_music
from tasks.media.clips import seconds_left
from tasks.media.text.contrast import READABLE, contrast_ratio
from tasks.runtime.library import Library
from tasks.runtime.store import Store


def settle_captions(script: Script, brand: Brand, style: str | None, choices: Choices) -> CaptionLook:
    """The captions' look.

    Args:
        script: what its author wants.
        brand: decides what the script leaves open.
        style: the caption style the caller asks for, None: whatever script or brand say.
        choices: keeps where each value came from.

    Raises:
        FixRequest: nobody could read words in the script's colour.
    """
    wanted = script.captions
    colour = choices.pick("captions.colour", brand.colours.highlight, script=wanted.colour, brand=brand.colours.highlight)
    ratio = contrast_ratio(colour, brand.colours.outline)
    if ratio < READABLE:
        raise FixRequest(f"the captions' colour {colour!r} has a contrast of {ratio:.1f}:1 to the brand's outline"
                         f" {brand.colours.outline!r}; at least {READABLE:g}:1 is needed to read it: choose another colour")
    return CaptionLook(
        style=choices.pick("captions.style", brand.caption_style, command_line=style, script=wanted.style,
                           brand=brand.caption_style),
        colour=colour, zone=choices.pick("captions.zone", None, script=wanted.zone), keywords=wanted.keywords)


def settle_music(script: Script, brand: Brand, choices: Choices) -> MusicLook:
    """The music by name, or 'file' for a file that is not yet kept, and how soft it is.

    Raises:
        UnknownName: the script names a piece that there is not.
    """
    wanted, usual = script.music, brand.music
    if wanted.name is not None:
        require_music(wanted.name)
    return MusicLook(
        name=choices.pick("music", OFF, script="file" if wanted.file else wanted.name,
                          brand="file" if usual.file else usual.name),
        below_voice_db=choices.pick("music.below_voice_db", usual.below_voice_db, script=wanted.below_voice_db,
                                    brand=usual.below_voice_db))


def find_music(script: Script, brand: Brand, library: Library) -> Path | None:
    """The sound file that script or brand name, None where the music is none of theirs.

    Raises:
        UnknownName: there is no such file.
        FixRequest: it holds no sound that can be played.
    """
    own = script.music.name is not None or script.music.file is not None
    name = script.music.file if own else brand.music.file
    path = library.file(name) if name else None
    if path is not None:
        check_music(path)
    return path


def settle_screen(script: Script, brand: Brand, language: str, choices: Choices) -> dict[str, Any]:
    """What is seen and heard besides avatar, voice, captions and music: fields of the plan."""
    call = choices.pick("call", None, script=script.call, brand=brand.end_card.call_in(language))
    return {
        "hook": choices.pick("hook", None, script=script.hook), "call": call,
        "tail_s": brand.end_card.seconds if call else 0.0,
        "effects": choices.pick("effects", False, script=script.effects, brand=brand.effects),
        "progress_bar": choices.pick("progress_bar", False, script=script.progress_bar, brand=brand.progress_bar),
    }


def keep_media(script: Script, library: Library, store: Store) -> dict[str, ShownMedia]:
    """Every picture and film the script shows, checked and kept, by its name in the script.

    Raises:
        FixRequest: one is not there or cannot be shown; with its beat.
    """
    found: dict[str, ShownMedia] = {}
    for number, beat in enumerate(script.beats, start=1):
        for show in beat.show:
            name = show.image or show.clip
            if name is None:
                continue
            try:
                shown = _keep(name, show, library, store)
            except FixRequest as error:
                raise type(error)(f"'show' of beat {number}: {error}") from error
            if name not in found or show.layout != "split":
                found[name] = shown
    return found


def _keep(name: str, show: Show, library: Library, store: Store) -> ShownMedia:
    """A picture or film, large enough for where it is shown, and long enough where it begins later."""
    media = library.media(name, "image" if show.image else "clip", store,
                          size=filled_px(show.layout))
    if media.duration_s is not None and show.from_s is not None:
        seconds_left(media.duration_s, show.from_s)
    return media
