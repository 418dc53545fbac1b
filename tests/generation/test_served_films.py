"""The task that has clips made, with servers behind it."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tasks.domain.approval import Approval
from tasks.domain.errors import ApprovalMissing, FixMachine
from tasks.domain.plan import ReelPlan, Voice
from tasks.domain.script import Beat, Script
from tasks.generation.task import generate
from tasks.runtime import settings

TINY = {"width_px": 144, "height_px": 256, "clip_s": 1, "model": "a-model"}


def plan(generator: str) -> ReelPlan:
    """A plan with what the task looks at."""
    return ReelPlan.model_construct(
        script=Script(title="T", beats=(Beat(say="Hello"),)), engines={"generation": generator}, cost_usd=1.0,
        voice=Voice(name="tone", language="en-US"), avatar=SimpleNamespace(sha256="0" * 64))


def approval(of: ReelPlan) -> Approval:
    return Approval(who="t", how="--yes", when=dt.datetime.now(dt.UTC), sha256=of.approval_sha256(), cost_at_most_usd=1.0)


@pytest.fixture
def served(studio: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The studio's server, known to the program under two names."""
    service = {"url": studio.server.url}
    monkeypatch.setenv("REELS_PROVIDERS", json.dumps({
        "video-server": service, "openai-videos": {**service, "usd_per_second": "0.10"}}))
    monkeypatch.setenv("REELS_GENERATORS", json.dumps({"video-server": TINY, "openai-videos": TINY}))
    for name in ("REELS_VIDEO_SERVER_KEY", "OPENAI_VIDEOS_API_KEY"):
        monkeypatch.setenv(name, studio.key)
    monkeypatch.setattr("tasks.generation.video_jobs.FilmJob.poll_s", 0.0)
    settings.current_settings.cache_clear()
    yield studio
    settings.current_settings.cache_clear()


class TestGenerate:
    def test_own_server_is_asked_without_approval_and_limits(self, served: Any, video_program: Any) -> None:
        """Once, whatever becomes of the task's own result."""
        for _ in range(2):
            clip = generate.fn(plan("video-server"), served.order())
            assert served.store.path(clip.film).read_bytes() == video_program.made(144, 256, 24, 24)
            assert (clip.engine, clip.model, clip.cost_usd, clip.warnings) == ("video-server", "a-model", 0.0, ())
        assert len(served.created) == 1

    def test_paid_service_wants_an_approval(self, served: Any) -> None:
        with pytest.raises(ApprovalMissing, match="nobody has approved that"):
            generate.fn(plan("openai-videos"), served.order())
        assert served.created == []

    @pytest.mark.usefixtures("_prefect_server")
    def test_paid_service_is_asked_under_the_servers_limits_only(self, served: Any) -> None:
        """Where those are missing nothing is sent; with them the clip costs what its seconds do."""
        from flows.connection import connected_api
        from tasks.runtime.work_pool import set_up_limits

        wanted = plan("openai-videos")
        set_up_limits(connected_api(), settings.current_settings())
        clip = generate.fn(wanted, served.order(), approval(wanted))
        assert Decimal(str(clip.cost_usd)) == Decimal("0.1")

    def test_identity_of_the_result_holds_model_size_and_length(self, served: Any) -> None:
        """Another setting is another clip."""
        from tasks.orchestration.stages import kept_under

        first = kept_under("generation", plan("video-server"), served.order())
        settings.current_settings().generators["video-server"] = settings.current_settings().generators[
            "video-server"].model_copy(update={"model": "another"})
        assert kept_under("generation", plan("video-server"), served.order()) != first

    def test_picture_that_is_gone_is_told(self, served: Any) -> None:
        order = served.order()
        served.store.path(order.picture).unlink()
        with pytest.raises(FixMachine, match="missing or damaged"):
            generate.fn(plan("video-server"), order)
