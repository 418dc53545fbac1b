"""Progress of a running stage: told to listeners, shown as a bar."""

from uuid import uuid4

import pytest
from prefect import flow

from tasks.orchestration.progress import listening, report
from tasks.orchestration.stages import stage
from tasks.runtime.store import Store


@stage("shout", key=None)
def shout(text: str) -> str:
    """A stage that says when it is half done."""
    report(0.5, "shouting")
    return text.upper()


class TestReport:
    """What a stage tells of itself."""

    def test_progress_reaches_who_listens(self, prefect: Store) -> None:
        """The stage's name comes with its report."""
        heard: list[tuple[str, float, str]] = []
        with listening(lambda *fact: heard.append(fact)):
            flow(lambda: shout("loud"), name="one")()
        assert heard == [("shout", 0.5, "shouting")]


class TestBar:
    """The progress artifact of a stage."""

    def test_slow_stage_ends_with_a_full_bar(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """The UI shows how far a long stage is, and that it has ended."""
        shown: list[float] = []
        monkeypatch.setattr("tasks.orchestration.progress.ARTIFACT_INTERVAL_S", 0.0)
        monkeypatch.setattr("tasks.orchestration.progress.create_progress_artifact",
                            lambda progress, description: shown.append(progress) or uuid4())
        monkeypatch.setattr("tasks.orchestration.progress.update_progress_artifact",
                            lambda artifact_id, progress: shown.append(progress))
        flow(lambda: shout("slowly"), name="one")()
        assert shown == [50.0, 100.0]

    def test_quick_stage_has_no_bar(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """A bar that appears and is gone helps nobody."""
        shown: list[float] = []
        monkeypatch.setattr("tasks.orchestration.progress.create_progress_artifact",
                            lambda progress, description: shown.append(progress))
        flow(lambda: shout("quick"), name="one")()
        assert shown == []
