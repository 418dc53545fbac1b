"""What a person reads before saying yes: the script, who presents it, how long it gets and what it costs."""

import textwrap
from collections.abc import Mapping, Sequence

from tasks.domain.avatar import Consent
from tasks.domain.money import in_words
from tasks.domain.plan import ReelPlan
from tasks.domain.script import MAIN, Beat, Script, Show
from tasks.media.text.duration import estimate_duration_s

WIDTH = 100
"""Characters of a line on the terminal."""
QUOTED = ("opening", "hook", "call")
"""What a variant changes in the author's own words, which are quoted."""


def describe(plan: ReelPlan) -> str:
    """The plan as plain text for a terminal; the author's words are data in it, no markup.

    Returns:
        Several lines without a line end after the last.
    """
    lines = [plan.script.title, "=" * min(len(plan.script.title), WIDTH)]
    for name, value in plan_facts(plan).items():
        lines += _wrapped(f"{name:<9} ", value)
    for number, beat in enumerate(plan.script.beats, start=1):
        lines += ["", *_beat(number, beat)]
    lines += _post(plan)
    lines += ["", *(f"note: {warning}" for warning in plan.warnings)] if plan.warnings else []
    return "\n".join(lines)


def describe_variants(script: Script, plans: Sequence[ReelPlan]) -> str:
    """Several reels of one script: the first as `describe` shows it, then in what each differs from the script.

    Args:
        script: with its variants.
        plans: the reels to be made, each with the id of its variant.
    """
    first, count = plans[0], len(plans)
    changes = {variant.id: variant.changes() for variant in script.variants}
    lines = [describe(first.model_copy(update={"warnings": ()})), "",
             f"{count} reel{'s' if count > 1 else ''} of this script; above is {first.variant!r}"]
    for plan in plans:
        lines += _wrapped(f"{plan.variant or MAIN:<12} ", told(changes.get(plan.variant or MAIN, {})))
    cost_usd = sum(plan.cost_usd for plan in plans)
    lines += [f"{'together':<12} {in_words(cost_usd)} at most"] if cost_usd else []
    found = dict.fromkeys(f"note: {warning}" for plan in plans for warning in plan.warnings)
    return "\n".join([*lines, *([""] if found else []), *found])


def told(changes: Mapping[str, str | int]) -> str:
    """What a variant changes, in words."""
    found = [f"{name} {value!r}" if name in QUOTED else f"{name} {value}" for name, value in changes.items()]
    return ", ".join(found) or "the script itself"


def plan_facts(plan: ReelPlan) -> dict[str, str]:
    """What is settled, by its name on the page."""
    zone = f", inside the zone {plan.captions.zone!r}" if plan.captions.zone else ""
    found = {
        "avatar": _agreed(plan.avatar.title, plan.avatar.name, plan.avatar.consent),
        "voice": _voice(plan),
        "captions": f"{plan.captions.style}, spoken word {plan.captions.colour}, brand {plan.brand_name}{zone}",
        "sound": _sound(plan),
        **_animation(plan),
        "length": f"about {_clock(estimated_length_s(plan))}",
        "cost": _cost(plan),
        "publish": ", ".join(plan.publish),
    }
    if "generation" in plan.engines:
        found["generator"] = plan.engines["generation"]
    if plan.hook:
        found["hook"] = repr(plan.hook)
    if plan.call:
        found["end card"] = f"{plan.call!r}, for {plan.tail_s:g} s after the last word"
    if plan.voice.pronunciations:
        found["said"] = ", ".join(f"{word!r} as {said!r}" for word, said in plan.voice.pronunciations.items())
    seen = ["the brand's logo"] * bool(plan.logo) + ["a progress bar"] * plan.progress_bar
    return found | ({"on screen": ", ".join(seen)} if seen else {})


def _animation(plan: ReelPlan) -> dict[str, str]:
    """Who makes films of the avatar, how many to choose from, and who takes over; nothing where the avatar is drawn."""
    if not plan.ways_out:
        return {}
    takes = "one take" if plan.takes == 1 else f"the best of {plan.takes} takes"
    return {"animation": f"{takes} by {plan.engines['generation']}; if none is good enough: {', '.join(plan.ways_out)}"}


def _cost(plan: ReelPlan) -> str:
    """What the reel costs, stage by stage where several do."""
    parts = [f"{stage} {in_words(price.usd)} ({price.why})" for stage, price in plan.prices.items()]
    told = f": {', '.join(parts)}" if parts else ""
    return f"{in_words(plan.cost_usd)} at most{told}" if plan.cost_usd else "nothing"


def estimated_length_s(plan: ReelPlan) -> float:
    """How long the reel will be, seconds, its end card included."""
    return plan.tail_s + estimate_duration_s(plan.script, plan.voice.rate, language=plan.voice.language,
                                             pronunciations=plan.voice.pronunciations)


def _agreed(title: str, name: str, consent: Consent) -> str:
    """Whose face or voice it is, by what right, and what that covers, for the person who approves to compare."""
    scope = f", for {consent.scope!r}" if consent.scope else ""
    return f"{title} ({name}; {consent.in_words()}{scope})"


def _clone(plan: ReelPlan) -> str:
    """Whose voice the model speaks like."""
    clone = plan.voice.clone
    return f"; cloned: {_agreed(clone.title, clone.name, clone.consent)}" if clone else ""


def _sound(plan: ReelPlan) -> str:
    """Music and effects in words."""
    effects = "quiet effects" if plan.effects else "no effects"
    if plan.music.name == "off":
        return f"no music, {effects}"
    piece = plan.script.music.file or plan.brand.music.file or "" if plan.music.file else plan.music.name
    return f"music {piece!r}, {plan.music.below_voice_db:g} dB softer than the voice; {effects}"


def _voice(plan: ReelPlan) -> str:
    """Who speaks, and how."""
    if plan.voice.takes:
        return f"as recorded in {', '.join(map(repr, plan.script.voice.recording))}, {plan.voice.language}"
    return f"{plan.voice.name} by {plan.engines['speech']}, {plan.voice.language}{_changes(plan)}{_clone(plan)}"


def _changes(plan: ReelPlan) -> str:
    """Speed and height of the voice where they are not normal."""
    found = [f", {name} {value:g}" for name, value in (("rate", plan.voice.rate), ("pitch", plan.voice.pitch)) if value != 1]
    return "".join(found)


def _clock(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def _beat(number: int, beat: Beat) -> list[str]:
    lines = _wrapped(f"{number:>3}. ", beat.say)
    if beat.direct:
        lines += _wrapped("     direct: ", beat.direct)
    for show in beat.show:
        lines += _wrapped("     show: ", _shown(show))
    return lines


def _shown(show: Show) -> str:
    """One thing on screen, in words."""
    parts = [_what(show), "below the avatar" if show.layout == "split" else "",
             f"its part from {show.from_s:g} s on" if show.from_s else "",
             f"from the word {show.at!r}" if show.at else "", f"until the word {show.until!r}" if show.until else ""]
    return ", ".join(filter(None, parts))


def _what(show: Show) -> str:
    """What it is."""
    if show.generate:
        picture = f"the picture {show.image!r} and " if show.image else ""
        return f"a film generated from {picture}the words {show.generate!r}"
    return next(f"{kind} {value!r}" for kind, value in
                ((show.form or "text", show.text), ("picture", show.image), ("film", show.clip)) if value)


def _post(plan: ReelPlan) -> list[str]:
    post = plan.script.post
    told = [post.caption.replace("\n", " ")] if post.caption else []
    told += [" ".join(post.tags())] if post.hashtags else []
    return ["", *_wrapped("post: ", " ".join(told))] if told else []


def _wrapped(mark: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False,
                         break_on_hyphens=False)
