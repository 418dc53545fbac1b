"""Payment: the limits of Prefect's server, and keys of services."""

import time

import pytest
from prefect import flow, task
from prefect.blocks.system import Secret as SecretBlock
from prefect.client.orchestration import get_client
from prefect.runtime import flow_run
from prefect.states import Cancelling

from flows.connection import connected_api
from tasks.domain.errors import FixMachine
from tasks.orchestration.payment import BUDGET, _cancelled, budget, key_of, pace
from tasks.runtime import settings
from tasks.runtime.providers import find_provider
from tasks.runtime.store import Store
from tasks.runtime.work_pool import set_up_limits

PRETEND = find_provider("pretend")


class TestLimitsOfTheServer:
    """The limits on the Prefect server."""

    def test_without_them_nothing_is_sent(self, prefect: Store) -> None:
        """The message says how to make them."""
        with get_client(sync_client=True) as client:
            there = {limit.name for limit in client.read_global_concurrency_limits(limit=50)}
            for name in there & {BUDGET, PRETEND.rate_limit}:
                client.delete_global_concurrency_limit_by_name(name)
        with pytest.raises(FixMachine, match="'budget'.*reels up"), budget():
            pytest.fail("entered")
        with pytest.raises(FixMachine, match="provider:pretend"):
            pace("pretend")

    def test_provider_is_paced_as_the_settings_say(
        self, prefect: Store, monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """120 requests a minute: a burst of 12, then 1.8 a second."""
        monkeypatch.setenv("REELS_PROVIDERS", '{"pretend": {"requests_per_minute": 120}}')
        settings.current_settings.cache_clear()
        for _ in range(2):
            set_up_limits(connected_api(), settings.current_settings())
        begun_s = time.monotonic()
        for _ in range(16):
            pace("pretend")
        took_s = time.monotonic() - begun_s
        assert 12 + 1.8 * took_s >= 16 - 1


class TestKeyOf:
    """The key of a service."""

    def test_key_comes_from_a_secret_block(self, prefect: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where no variable is set."""
        monkeypatch.delenv("REELS_PRETEND_KEY", raising=False)
        SecretBlock(value="sk-of-the-block").save(PRETEND.key_block, overwrite=True)
        assert key_of(PRETEND).reveal() == "sk-of-the-block"
        SecretBlock.delete(PRETEND.key_block)


class TestCancelled:
    """Whether somebody wants the work no more."""

    def test_only_a_run_that_was_cancelled_is(self, prefect: Store) -> None:
        """Outside a run, nobody can have cancelled it."""

        @task
        def ask() -> bool:
            return _cancelled()

        @flow
        def asking(*, cancel: bool) -> None:
            if cancel:
                with get_client(sync_client=True) as client:
                    client.set_flow_run_state(flow_run.id, Cancelling(), force=True)
            found.append(ask())

        found = [_cancelled()]
        for cancel in (False, True):
            asking(cancel=cancel, return_state=True)
        assert found == [False, False, True]
