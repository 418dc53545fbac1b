"""What a person sees of a run in the Prefect UI: the script to be made, the page of the reel, the table of its quality."""

import json
from typing import Any

from prefect.artifacts import Artifact, create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.runtime import flow_run

from tasks.approval.request import plan_facts
from tasks.domain.plan import ReelPlan
from tasks.domain.reel import TAKES, FinishedSet, QualityReport
from tasks.media.text.templates import render_template
from tasks.runtime.links import link_to
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store


class _Papers(Artifact):
    """An artifact that holds its JSON as it is, so that whoever asks the API gets fields, not a text."""

    def format(self, **_: Any) -> Any:
        return self.data


def show_plan(plan: ReelPlan) -> None:
    """Puts the plan on the run's page: what is settled, what is said and what is shown."""
    page = _page("artifacts/plan.md.j2", plan=plan, facts=plan_facts(plan))
    create_markdown_artifact(page, key="plan", description="What will be made")


def show_finished(plan: ReelPlan, finished: FinishedSet, report: QualityReport, store: Store) -> None:
    """Puts the page of the reel and its quality table on the run's page."""
    settings, run = current_settings(), str(flow_run.id) if flow_run.id else None
    places = {name: store.where(file) for name, file in finished.seen.items()}
    link, days = link_to(finished, store=store, settings=settings, run=run), f"{settings.link_days:g}"
    create_markdown_artifact(_page("artifacts/reel.md.j2", plan=plan, finished=finished, report=report, places=places,
                                   link=link, days=days), key="reel", description="The finished reel")
    if cover := link_to(finished, "cover.jpg", store=store, settings=settings):
        create_image_artifact(cover, key="cover", description=f"The cover; this link is good for {days} days")
    rows = [{"check": name, "value": measured.value, "unit": measured.unit, "threshold": measured.threshold,
             "verdict": "passed" if measured.passed else "FAILED"} for name, measured in report.quality.items()]
    create_table_artifact(rows, key="quality", description="What was measured on the finished file")
    papers = json.loads(store.path(finished.files["reel.json"]).read_text("utf-8"))
    if papers["takes"]:
        _show_takes(papers["takes"], link_to(finished, TAKES, store=store, settings=settings), days)
    _Papers(type="json", key="manifest", description="The manifest, reel.json", data=papers).create()


def _show_takes(takes: list[dict[str, Any]], link: str | None, days: str) -> None:
    """Puts the films that were generated of the avatar on the run's page, each with its score and its faults."""
    rows = [{"generator": take["engine"], "take": take["number"], "kept": "kept" if take["kept"] else "",
             "faults": "not measured" if take["cost"] is None else take["cost"], "seen": "; ".join(take["faults"])}
            for take in takes]
    create_table_artifact(rows, key="takes", description="Films of the avatar; 0 is faultless")
    if link:
        create_image_artifact(link, key="takes-sheet", description=f"Moments of every take; good for {days} days")


def approval_page(plan: ReelPlan, *, problem: str | None, changes: list[tuple[str, str]]) -> str:
    """What a person reads above the form that asks whether a reel may be made.

    Args:
        plan: what would be made.
        problem: why the last answer could not be followed.
        changes: lines that the last edit took away ('-') and added ('+').
    """
    engines = ", ".join(f"{stage} {name}" for stage, name in plan.engines.items())
    return _page("artifacts/approval.md.j2", plan=plan, facts=plan_facts(plan), problem=problem, changes=changes,
                 engines=engines)


def publish_page(plan: ReelPlan, finished: FinishedSet, report: QualityReport, places: dict[str, str], *,
                 problem: str | None, link: str | None, cost_usd: float) -> str:
    """What a person reads above the form that asks whether a finished reel may be published; arguments as above, with a
    link to watch it and where its files lie.
    """
    return _page("artifacts/publish.md.j2", plan=plan, finished=finished, report=report, places=places, problem=problem,
                 link=link, cost_usd=cost_usd)


def _page(template: str, **values: object) -> str:
    return render_template(current_settings().templates_path, template, **values)
