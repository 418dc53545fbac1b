"""What earlier stages hand to render, for benchmarks: made once from a script, with the default engines."""

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

from flows.planning import Overrides, plan_reel
from tasks.domain.captions import Captions
from tasks.domain.overlays import Overlays, Sound
from tasks.domain.performance import Performance
from tasks.domain.plan import ReelPlan
from tasks.domain.speech import Alignment, Speech
from tasks.runtime.settings import Settings, current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import store_of
from tasks.script.parse import read_script


@dataclass(frozen=True)
class ReelInputs:
    """Everything render and quality take."""

    store: Store
    plan: ReelPlan
    speech: Speech
    alignment: Alignment
    performance: Performance
    captions: Captions
    overlays: Overlays

    def sound(self) -> Sound:
        """Makes the sound, as its stage does."""
        from tasks.sound.task import sound

        return sound.fn(self.plan, self.speech, self.alignment, self.overlays)

    def render(self) -> None:
        """Makes sound, picture and finished file: all that a reel costs once its stages before are done."""
        self.film(self.sound())

    def film(self, heard: Sound) -> None:
        """Makes picture and finished file."""
        from tasks.render.task import film, render

        render.fn(self.plan, film.fn(self.plan, self.performance, self.captions, self.overlays), heard)

    @property
    def dressed(self) -> Performance:
        """The performance with everything that lies over the avatar."""
        return self.overlays.laid_over(self.performance, self.captions)


def read_arguments(what: str) -> argparse.Namespace:
    """The command line that benchmarks of the render stage share."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("script", type=Path, nargs="?", default=Path("examples/three-habits.yaml"))
    parser.add_argument("--avatar", help="a folder under avatars/")
    parser.add_argument("--repeat", type=int, default=3, help="how often each is measured")
    parser.add_argument("--folder", type=Path, default=Path("/tmp"), help="where raw frames are kept meanwhile")  # noqa: S108
    return parser.parse_args()


def make_inputs(script: Path, avatar: str | None) -> ReelInputs:
    """Runs the stages before render."""
    from tasks.alignment.task import align
    from tasks.animation.task import animate
    from tasks.approval.gate import decide
    from tasks.captions.task import caption
    from tasks.footage.task import gather
    from tasks.lipsync.task import lip_sync
    from tasks.overlays.task import overlay
    from tasks.speech.task import speak

    logging.disable(logging.CRITICAL)
    settings: Settings = current_settings()
    store = store_of(settings)
    plan = plan_reel(read_script(script), overrides=Overrides(avatar=avatar), store=store, settings=settings)
    speech = speak.fn(plan, decide(plan, "approved", who="benchmark", how="--yes", store=store))
    alignment = align.fn(plan, speech)
    performance = lip_sync.fn(plan, animate.fn(plan, speech, alignment), speech, alignment)
    captions = caption.fn(plan, alignment)
    overlays = overlay.fn(plan, speech, alignment, captions)
    if plan.media:
        overlays = overlays.dressed(gather.fn(plan, speech, overlays))
    return ReelInputs(store, plan, speech, alignment, performance, captions, overlays)
