"""Settles every choice of a reel before anything is made, and remembers where each came from.

Precedence: command line over script over avatar over brand over default. All that can be refused is refused here: names that
stand for nothing, a damaged portrait, a recording that nobody could use, a picture that cannot be shown, a letter the
captions cannot show, a script that is too long.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from flows.broll import check_asked_films
from flows.casting import (
    idle_generator,
    settle_engines,
    settle_takes,
    settle_ways_out,
    take_warnings,
    unfollowed_directions,
)
from flows.choices import Choices
from flows.film_sizes import require_large_films
from flows.looks import find_music, keep_media, settle_captions, settle_music, settle_screen
from flows.pricing import with_open_ways, with_prices
from flows.speaking import settle_speaking
from tasks.captions.style import caption_styles, read_style, read_zone
from tasks.domain.base import Frozen
from tasks.domain.errors import FixRequest
from tasks.domain.plan import ReelPlan
from tasks.domain.script import Script
from tasks.domain.variants import one_variant
from tasks.media.text.coverage import check_glyphs
from tasks.media.text.font import find_font
from tasks.overlays.spoken_place import check_shows
from tasks.overlays.texts import check_texts
from tasks.runtime.library import Library
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

AVATAR = "ada"
"""Who presents unless somebody else is asked for."""
BRAND = "default"
"""The brand kit unless another is asked for."""
SEED = 0
"""The take that is made first."""


class Overrides(Frozen):
    """What the caller asks for besides the script; None where the script, the avatar and the defaults decide."""

    variant: str | None = Field(default=None, description="id of a variant, or 'main' for the script itself")
    avatar: str | None = None
    brand: str | None = None
    engines: dict[str, str] = Field(default_factory=dict, description="stage -> engine")
    style: str | None = None
    seed: int | None = None
    publish: tuple[str, ...] | None = None
    strict: bool = False
    export: bool = Field(default=False, description="also make files for an editor")
    takes: int | None = Field(default=None, description="films of the avatar that a generator makes")


def overrides_of(parameters: Mapping[str, Any]) -> Overrides:
    """What the parameters of a flow, or an entry of a calendar, ask for besides the script."""
    given = {name: value for name, value in parameters.items() if name in Overrides.model_fields and value is not None}
    return Overrides.model_validate(given)


def plan_reel(script: Script, *, overrides: Overrides, store: Store, settings: Settings) -> ReelPlan:
    """Settles a reel.

    Args:
        script: what its author wrote.
        overrides: what the command line, or the caller of the flow, asks for.
        store: where the files of avatar and brand, and the media shown, are kept as they are now.
        settings: where the library is, and the limits of the installation.

    Raises:
        UnknownName: no avatar, brand, engine, style, language, voice, variant or file of that name; with the ones there are.
        AvatarError, ConsentMissing: the avatar cannot be used, or the voice must not be cloned.
        GlyphMissing: a font lacks a letter.
        ScriptError: the script is too long, or has a beat that the voice cannot read.
        FixMachine: films would be too small, or what something costs is not known.
        FixRequest: the brand kit, a file or the seed is wrong, or the script has variants and none was chosen.
    """
    if overrides.seed is not None and overrides.seed < 0:
        raise FixRequest(f"the seed {overrides.seed!r} is negative: choose 0 or more")
    script = one_variant(script, overrides.variant)
    library, choices = Library(settings.library_path), Choices()
    avatar_name = choices.pick("avatar", _default_avatar(library), command_line=overrides.avatar, script=script.avatar)
    avatar = library.avatar(avatar_name)
    brand_name = choices.pick("brand", BRAND, command_line=overrides.brand, script=script.brand, avatar=avatar.brand)
    brand = library.brand(brand_name, styles=caption_styles(library.templates))
    published = {} if overrides.publish is None else {"publish": ",".join(overrides.publish)}
    engines = settle_engines(script, avatar, overrides.engines | published, choices)
    takes = settle_takes(script, overrides.takes, choices)
    speaking = settle_speaking(script, avatar, brand, engines["speech"], choices, library=library, store=store,
                               settings=settings)
    language = speaking.voice.language
    look = settle_captions(script, brand, overrides.style, choices)
    music, song = settle_music(script, brand, choices), find_music(script, brand, library)
    screen = settle_screen(script, brand, language, choices)
    style = read_style(library.templates, look.style)
    zone = read_zone(library.templates, look.zone or style.zones)
    check_shows(script, language)
    cut = check_asked_films(script, engines.get("generation"), library.templates)
    brand = library.keep_fonts(brand, store)
    check_glyphs(script, find_font(style.font_of(brand.fonts), brand.fonts.others), language)
    warnings = [*speaking.warnings, *cut, *take_warnings(takes, engines), *idle_generator(script, engines),
                *unfollowed_directions(script, engines),
                *check_texts(script, brand, library.templates, zone, language=language, hook=screen["hook"],
                              call=screen["call"])]
    media, snapshot = keep_media(script, library, store), library.snapshot(avatar_name, store)
    plan = ReelPlan(
        script=script, avatar=snapshot, voice=speaking.kept_in(store), captions=look, brand_name=brand_name,
        brand=brand, music=music.model_copy(update={"file": store.put_copy(song) if song else None}), **screen,
        logo=store.put_copy(library.file(brand.logo.image)) if brand.logo else None, media=media, engines=engines,
        takes=takes, ways_out=settle_ways_out(engines, avatar),
        seed=choices.pick("seed", SEED, command_line=overrides.seed, script=script.seed), export=overrides.export,
        variant=overrides.variant, publish=_names(engines["publish"]), strict=overrides.strict, sources=choices.sources,
        warnings=(*warnings, *snapshot.clip_warnings, *(told for shown in media.values() for told in shown.warnings)))
    require_large_films(plan, settings, store)
    return with_prices(with_open_ways(plan, settings, store), settings, store)


def _default_avatar(library: Library) -> str:
    names = library.avatar_names()
    return AVATAR if AVATAR in names or not names else names[0]


def _names(joined: str) -> tuple[str, ...]:
    """The engines joined by commas; none of an empty text."""
    return tuple(joined.split(",")) if joined else ()
