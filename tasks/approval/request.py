"""What a person reads before saying yes: the script, who presents it, how long it gets and what it costs."""

import textwrap

from tasks.domain.plan import ReelPlan
from tasks.domain.script import Beat
from tasks.media.text.duration import estimate_duration_s

WIDTH = 100
"""Characters of a line on the terminal."""


def describe(plan: ReelPlan) -> str:
    """The plan as plain text for a terminal; the author's words are data in it, no markup.

    Returns:
        Several lines without a line end after the last.
    """
    duration_s = estimate_duration_s(plan.script, plan.voice.rate, language=plan.voice.language)
    facts = {
        "avatar": f"{plan.avatar.title} ({plan.avatar.name}; {plan.avatar.consent.kind})",
        "voice": f"{plan.voice.name} by {plan.engines['speech']}, {plan.voice.language}{_changes(plan)}",
        "captions": f"{plan.captions.style}, spoken word {plan.captions.colour}, brand {plan.brand_name}",
        "length": f"about {_clock(duration_s)}",
        "cost": f"{plan.cost_usd:.2f} USD" if plan.cost_usd else "nothing",
        "publish": ", ".join(plan.publish),
    }
    lines = [plan.script.title, "=" * min(len(plan.script.title), WIDTH)]
    lines += [f"{name:<9} {value}" for name, value in facts.items()]
    for number, beat in enumerate(plan.script.beats, start=1):
        lines += ["", *_beat(number, beat)]
    lines += _post(plan)
    lines += ["", *(f"note: {warning}" for warning in plan.warnings)] if plan.warnings else []
    return "\n".join(lines)


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
        shown = ", ".join(f"{name} {value!r}" for name, value in show.model_dump(exclude_none=True, by_alias=True).items())
        lines += _wrapped("     show: ", shown)
    return lines


def _post(plan: ReelPlan) -> list[str]:
    post = plan.script.post
    told = [post.caption.replace("\n", " ")] if post.caption else []
    told += [" ".join(post.tags())] if post.hashtags else []
    return ["", *_wrapped("post: ", " ".join(told))] if told else []


def _wrapped(mark: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False,
                         break_on_hyphens=False)
