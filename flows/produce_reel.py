"""From a script to a finished reel: the story, stage by stage."""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from prefect import flow
from prefect.runtime import flow_run
from pydantic_core import to_jsonable_python

from flows.acting import Sources, act
from flows.artifacts import show_finished
from flows.endings import with_plain_end
from flows.filming import film_shows
from flows.gate import pass_publish_gate, pass_script_gate
from flows.notices import failed_hook, finished_hook, tell_waiting
from flows.own_run import own_run, through_outages
from flows.papers import finish
from flows.planning import Overrides, overrides_of, plan_reel
from flows.pricing import require_means, spent_usd
from flows.story import Story
from flows.submission import named, title_in
from tasks.alignment.task import align
from tasks.captions.task import caption
from tasks.domain.approval import Approval
from tasks.domain.errors import QualityRefused
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import TAKES, FinishedSet
from tasks.domain.script import Script
from tasks.export.task import export as export_edit
from tasks.footage.task import gather
from tasks.overlays.task import overlay
from tasks.publish.task import publish as hand_on
from tasks.quality.task import measure
from tasks.render.task import film, render
from tasks.runtime.keys import hide_keys
from tasks.runtime.library import Library
from tasks.runtime.links import link_to
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store
from tasks.runtime.stores import open_store
from tasks.runtime.voice_folder import VoiceFolders
from tasks.script.parse import parse_script
from tasks.sound.task import sound
from tasks.speech.task import speak


def run_name() -> str:
    """How the UI calls a run: by the reel's title and the variant."""
    return named(title_in(flow_run.parameters) or "from text", flow_run.parameters.get("variant"))


@flow(name="produce-reel", flow_run_name=run_name, validate_parameters=True, result_serializer="json",
      on_completion=[finished_hook], on_failure=[failed_hook], on_crashed=[failed_hook], on_cancellation=[failed_hook])
def produce_reel(
    script: str | Script,
    avatar: str | None = None,
    engines: dict[str, str] | None = None,
    style: str | None = None,
    seed: int | None = None,
    publish: list[str] | None = None,
    strict: bool = False,
    brand: str | None = None,
    export: bool = False,
    variant: str | None = None,
    takes: int | None = None,
) -> FinishedSet:
    """Makes one reel and hands it on.

    Args:
        script: the script itself, or its text (YAML, Markdown or plain).
        avatar: a folder under avatars/; default: the script's, else the library's default.
        engines: stage -> engine, where another than the default is wanted.
        style: caption style.
        seed: another seed is another take.
        publish: publish engines in order; an empty list hands the reel to nobody.
        strict: fail instead of downgrading.
        brand: a brand kit; default: the script's, else the avatar's, else the library's default.
        export: also make files for an editor.
        variant: which variant of a script that has some; 'main' is the script itself.
        takes: how many films of the avatar a generator makes, of which the best is kept.

    Raises:
        ApprovalMissing: nobody approved the script, and this run cannot wait for an answer; a run with a deployment waits,
            and ends in the state 'Rejected' after a no.
        ConsentMissing: the consent of avatar or voice was revoked, or ended, before the reel could be made.
        OverLimit, MissingTool: it would cost more than a reel may, or a paid service has no key.
        ReelsError: any stage's own error.
        QualityRefused: a check failed; the finished set is kept in the store for inspection.
    """
    overrides = overrides_of(locals())
    hide_keys(os.environ)
    with own_run(open_store()):
        return with_plain_end(lambda: through_outages(lambda: _produce(script, overrides)))


def _as_json(parameters: Mapping[str, object]) -> dict[str, Any]:
    """What the server keeps of a run's parameters: JSON values.

    Prefect's own method says the same and imports a whole web framework for it, which no reel needs otherwise.
    """
    return {name: to_jsonable_python(value) for name, value in parameters.items()}


produce_reel.serialize_parameters = _as_json  # type: ignore[method-assign]


def _produce(script: str | Script, overrides: Overrides) -> FinishedSet:
    """Plans a reel, asks whether it may be made, and makes it."""
    store, settings = open_store(), current_settings()

    def planned(written: Script) -> ReelPlan:
        plan = plan_reel(written, overrides=overrides, store=store, settings=settings)
        require_means(plan, settings)
        return plan

    written = script if isinstance(script, Script) else parse_script(script)
    plan, approval = pass_script_gate(written, planned, store=store, settings=settings, notify=tell_waiting)
    _require_consents(plan, Library(settings.library_path))
    return tell_story(plan, approval, store)


def _require_consents(plan: ReelPlan, library: Library) -> None:
    """Makes sure once more that face and voice may be used: an approval may be days old.

    Raises:
        ConsentMissing: a consent was revoked, or ended, meanwhile.
    """
    library.require_consent(plan.avatar)
    if plan.voice.clone:
        VoiceFolders(library).require_consent(plan.voice.clone)


def tell_story(plan: ReelPlan, approval: Approval, store: Store) -> FinishedSet:
    """Makes an approved reel, stage by stage, and hands it on.

    Raises:
        ReelsError: any stage's own error.
        QualityRefused: a check failed.
        Rejected: it may not be published.
    """
    story = Story()
    speech = story.tell("speech", speak, plan, approval)
    alignment = story.tell("alignment", align, plan, speech)
    acted = act(plan, Sources(story, speech, alignment, approval, store, current_settings().templates_path))
    asked, plan, performance = plan, acted.plan, acted.performance
    captions = story.tell("captions", caption, plan, alignment)
    overlays = story.tell("overlays", overlay, plan, speech, alignment, captions)
    overlays, shows = film_shows(story, asked, overlays, approval, store)
    if plan.media or overlays.generated:
        overlays = overlays.dressed(story.tell("footage", gather, plan, speech, overlays))
    heard = story.tell("sound", sound, plan, speech, alignment, overlays)
    drawn = story.tell("picture", film, plan, performance, captions, overlays)
    rendered = story.tell("render", render, plan, drawn, heard)
    report = story.tell("quality", measure, plan, speech, alignment, captions, overlays, heard, rendered, performance)
    exported = story.tell("export", export_edit, plan, performance, speech, alignment, captions, overlays, heard, drawn
                          ) if plan.export else None

    told = [*acted.warnings, *(warning for part in (performance, captions, overlays, heard, exported) if part
                               for warning in part.warnings)]
    finished = finish(store, plan, approval, alignment, captions, rendered, report, tuple(story.records), tuple(told),
                      takes=acted.takes, shows=shows, edit=exported.files if exported else {},
                      aside={TAKES: acted.sheet} if acted.sheet else {})
    show_finished(plan, finished, report, store)
    if not finished.passed:
        raise refused(finished, store.where(rendered.video))
    settings = current_settings()
    if pass_publish_gate(plan, finished, report, spent_usd(plan, store), store=store, settings=settings, notify=tell_waiting,
                         link_to=partial(link_to, store=store, settings=settings)):
        story.tell("publish", hand_on, plan, finished)
    return finished


def refused(finished: FinishedSet, kept_at: str) -> QualityRefused:
    """The error of a reel that failed its checks; it carries the set, so that a caller can look at it."""
    error = QualityRefused(f"the finished reel failed: {', '.join(finished.failed_checks)}; it is kept at {kept_at!r}"
                           " for inspection, and its reel.json says what was measured")
    error.finished = finished
    return error
