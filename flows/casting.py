"""Settles what does each stage: who animates the avatar above all, and who takes over where nothing good comes of it."""

from collections.abc import Mapping

from flows.choices import Choices
from flows.ways import OWN_MOUTH, animator
from tasks.animation.camera_words import part_direction
from tasks.animation.directions import direction_warnings
from tasks.domain.avatar import Avatar
from tasks.domain.errors import FixRequest
from tasks.domain.generation import GENERATED
from tasks.domain.script import MOST_TAKES, RECORDED, Script
from tasks.runtime.engines import default_engines, find_engine, generators, load_engine, stages, unknown

FACELESS, FILMED, PUPPET = "kenburns", "clip", "puppet"
"""What animates an avatar without a face, one that has a film of itself, and any face."""


def settle_engines(script: Script, avatar: Avatar, asked: Mapping[str, str], choices: Choices) -> dict[str, str]:
    """Stage -> engine; several publish engines are joined by commas.

    Args:
        script: may name a voice.
        avatar: may say what animates it.
        asked: what the caller wants; a generator may stand as the engine of the stage 'animation'.
        choices: keeps where each value came from.

    Raises:
        UnknownName: no such stage or engine.
        FixRequest: the engine cannot animate this avatar, or no generator was named.
    """
    for stage in asked:
        if stage not in stages():
            raise unknown("stage", stage, stages())
    engines = {}
    for stage, default in default_engines().items():
        offers: dict[str, str | None] = {"command_line": asked.get(stage)}
        if stage == "speech":
            offers |= {"script": RECORDED if script.voice.recording else script.voice.engine, "avatar": avatar.voice.engine}
        if stage == "animation":
            offers |= {"avatar": usual_animation(avatar)}
        engines[stage] = choices.pick(f"engines.{stage}", default, **offers)
    engines |= _generation(engines["animation"], asked, choices)
    for stage, joined in engines.items():
        for name in joined.split(",") if stage == "publish" and joined else [joined] * bool(joined):
            find_engine(stage, name)
    _require_fit(engines, avatar)
    return engines


def usual_animation(avatar: Avatar) -> str | None:
    """What animates an avatar unless somebody asks for something else; None for the default."""
    if not avatar.face:
        return FACELESS
    return next(iter(avatar.animation), FILMED if avatar.clip else None)


def _generation(animation: str, asked: Mapping[str, str], choices: Choices) -> dict[str, str]:
    """The entries of the stages 'animation' and 'generation', where films are made; nothing where none are.

    Raises:
        FixRequest: it is not said by whom, or two are named.
    """
    named = asked.get("generation")
    if animation in generators():
        if named in generators() and asked.get("animation") not in (None, named):
            raise FixRequest(f"two generators are named, {animation!r} for the animation and {named!r} for the generation,"
                             f" and a reel has one: leave out --engine animation={animation} or --engine generation={named}")
        chosen = choices.pick("engines.generation", animation, command_line=named)
        return {"animation": GENERATED, "generation": chosen}
    if named is not None:
        return {"generation": choices.pick("engines.generation", named, command_line=named)}
    if animation == GENERATED:
        raise FixRequest(f"the animation {GENERATED!r} shows films that a generator makes, and none is named: add --engine"
                         f" generation=NAME; there are: {', '.join(generators())}")
    return {}


def _require_fit(engines: Mapping[str, str], avatar: Avatar) -> None:
    """Makes sure that the avatar has what its engine moves.

    Raises:
        FixRequest: it has not.
    """
    name = engines["animation"]
    moves = load_engine("animation", name).shot
    if name == GENERATED:
        maker = load_engine("generation", engines["generation"])
        if "picture" not in maker.sources:
            raise FixRequest(f"the generator {engines['generation']!r} makes no films of a portrait: choose another with"
                             " --engine generation=NAME (`reels engines` lists them)")
    elif moves == "clip" and not avatar.clip:
        raise FixRequest(f"the animation engine {name!r} shows the avatar's own film, and the avatar"
                         f" {avatar.title!r} has none: write `clip: clip.mp4` in its avatar.yaml and put the film beside it,"
                         " or use --engine animation=puppet")
    if not avatar.face and moves in ("puppet", "clip"):
        raise FixRequest(f"the animation engine {name!r} moves a face, and the avatar {avatar.title!r} has"
                         f" none: use --engine animation={FACELESS}, or another avatar")
    _require_speaking(engines)


def _require_speaking(engines: Mapping[str, str]) -> None:
    """Makes sure that a mouth which is to be left as it was filmed says what is heard.

    Raises:
        FixRequest: it would not.
    """
    if engines["lipsync"] != OWN_MOUTH:
        return
    name = animator(engines)
    if engines["animation"] != GENERATED or load_engine("generation", name).follows == "nothing":
        raise FixRequest(f"the lip-sync engine {OWN_MOUTH!r} leaves the mouth as it was filmed, and with {name!r} it would"
                         " not say what is heard: leave out --engine lipsync=own, or let a generator film the avatar that"
                         " follows the voice or the puppet, e.g. --engine animation=talking-server (docs/films.md)")


def settle_ways_out(engines: Mapping[str, str], avatar: Avatar) -> tuple[str, ...]:
    """Who animates, in order, where a generator makes nothing good: what the avatar lists after it, the puppet, the camera.

    Raises:
        UnknownName: the avatar lists what cannot animate it.
    """
    able = [name for name in _animations() if name != FILMED or avatar.clip]
    for name in avatar.animation:
        if name not in able:
            raise unknown(f"animation of the avatar {avatar.title!r}", name, able)
    if engines["animation"] != GENERATED:
        return ()
    listed, chosen = list(avatar.animation), engines["generation"]
    after = listed[listed.index(chosen) + 1:] if chosen in listed else listed
    return tuple(dict.fromkeys([*after, PUPPET, FACELESS]))


def _animations() -> list[str]:
    """What an avatar may list: generators, and what animates without one."""
    return [*generators(), PUPPET, FILMED, FACELESS]


def settle_takes(script: Script, asked: int | None, choices: Choices) -> int:
    """How many films of the avatar are made, of which the best is kept.

    Raises:
        FixRequest: none, or too many.
    """
    takes = choices.pick("takes", 1, command_line=asked, script=script.takes)
    if not 1 <= takes <= MOST_TAKES:
        raise FixRequest(f"{takes!r} takes are asked for: choose 1 to {MOST_TAKES}")
    return takes


def take_warnings(takes: int, engines: Mapping[str, str]) -> list[str]:
    """Says where several takes are asked for and there is nothing to choose from."""
    if takes == 1 or engines["animation"] == GENERATED:
        return []
    return [f"{takes} takes are asked for, and {engines['animation']!r} moves the avatar the same way each time: one is"
            " made; a generator makes several (--engine animation=NAME, `reels engines` lists them)"]


def idle_generator(script: Script, engines: Mapping[str, str]) -> list[str]:
    """Says where a generator is named and nothing is asked of it: no film of the avatar, and none to cut to."""
    name, animation = engines.get("generation"), engines["animation"]
    asked = any(show.generate for beat in script.beats for show in beat.show)
    if name is None or animation == GENERATED or asked:
        return []
    return [f"the generator {name!r} is named and makes nothing: {animation!r} moves the avatar, and no 'show' asks for a"
            f" film; let it film the avatar with --engine animation={name}"]


def unfollowed_directions(script: Script, engines: Mapping[str, str]) -> list[str]:
    """Says what of the directions is not followed; a generator that has prompts is told all of them, word for word, but for
    the camera, which stands still unless the puppet leads it.
    """
    directions = [beat.direct for beat in script.beats]
    if engines["animation"] == GENERATED:
        maker = load_engine("generation", engines["generation"])
        if maker.prompts is not None:
            return [] if maker.follows == "puppet" else [
                f"{move!r} in the direction of beat {number} is not followed: the camera of a generated film stands still;"
                " --engine animation=puppet moves it"
                for number, text in enumerate(directions, start=1) for move in part_direction(text or "").moves]
        if maker.follows == "nothing":
            told = f"the generator {engines['generation']!r} reads no words: directions are not followed"
            return [told] if any(directions) else []
    return list(direction_warnings(directions))
