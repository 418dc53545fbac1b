"""The overlays stage: what appears on screen, and when."""

from tasks.domain.captions import Captions
from tasks.domain.overlays import Overlays
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.domain.timeline import HEIGHT_PX, WIDTH_PX
from tasks.orchestration import open_store, stage

NOTHING = f"[Script Info]\nScriptType: v4.00+\nPlayResX: {WIDTH_PX}\nPlayResY: {HEIGHT_PX}\n"
"""Subtitles that show nothing."""


def _key(plan: ReelPlan, speech: Speech, alignment: Alignment, captions: Captions) -> dict[str, object]:  # noqa: ARG001
    return {"version": "1"}


@stage("overlays", key=_key)
def overlay(plan: ReelPlan, speech: Speech, alignment: Alignment, captions: Captions) -> Overlays:  # noqa: ARG001
    """Times and lays out everything over the avatar besides captions."""
    return Overlays(subtitles=open_store().put_text(NOTHING, ".ass"), engine="ass", version="1")
