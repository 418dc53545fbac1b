"""Payment: what a paid engine gets to call its service with, under the limits of Prefect's server."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
from prefect.blocks.system import Secret as SecretBlock
from prefect.client.orchestration import get_client
from prefect.concurrency._asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.context import TaskRunContext
from prefect.exceptions import PrefectException

from tasks.domain.approval import Approval
from tasks.domain.errors import ApprovalMissing, FixMachine, TryAgain
from tasks.domain.plan import ReelPlan
from tasks.orchestration.progress import report
from tasks.runtime.ceilings import ApprovedCeilings, NothingPaid, no_budget, no_pace
from tasks.runtime.engines import find_engine
from tasks.runtime.keys import Secret, find_key, find_optional_key
from tasks.runtime.ledger import Ledger
from tasks.runtime.own_server import OwnServer
from tasks.runtime.providers import Provider, find_provider
from tasks.runtime.settings import current_settings
from tasks.runtime.spending import Access, Buyer, Guard, Surroundings
from tasks.runtime.stores import open_store

BUDGET = "budget"
"""The Prefect concurrency limit under which money is set aside: one at a time in the whole installation."""
BUDGET_LEASE_S = 60.0
"""How long the limit stays taken by a process that died."""


def access_to(stage: str, plan: ReelPlan, approval: Approval | None) -> dict[str, Access]:
    """What the constructor of the plan's engine wants besides: `access` of one that calls a service, nothing of another.

    Raises:
        ApprovalMissing: it costs something and nobody approved that.
        MissingTool: its service has no key, or no address.
    """
    entry = find_engine(stage, plan.engines[stage])
    if entry.provider is None:
        return {}
    provider, settings = find_provider(entry.provider), current_settings()
    if provider.own:
        key = find_optional_key(provider, os.environ, _read_block)
        return {"access": Access(settings.address_of(provider), key, _keeper(provider, plan), report=report)}
    if approval is None:
        raise ApprovalMissing(f"the {stage} engine {entry.name!r} costs {entry.cost}, and nobody has approved that")
    ledger = Ledger(open_store())
    guard = Guard(plan, ApprovedCeilings(plan, approval, ledger, settings.limits), ledger,
                  Surroundings(budget=budget, pace=pace, run=_run(), report=report))
    return {"access": Access(settings.address_of(provider), key_of(provider), guard, report=report)}


def _keeper(provider: Provider, plan: ReelPlan) -> Buyer:
    """What asks a server of the user's own: one that works on jobs is entered in the ledger, so that none is made twice."""
    if not provider.jobs:
        return OwnServer(report)
    return Guard(plan, NothingPaid(), Ledger(open_store()),
                 Surroundings(budget=no_budget, pace=no_pace, run=_run(), cancelled=_cancelled, report=report))


def _run() -> str | None:
    """The flow run of the present task."""
    context = TaskRunContext.get()
    return str(context.task_run.flow_run_id) if context and context.task_run.flow_run_id else None


def _cancelled() -> bool:
    """Whether somebody cancelled the flow run of the present task; where the server does not say, it was not."""
    run = _run()
    if run is None:
        return False
    try:
        with get_client(sync_client=True) as client:
            state = client.read_flow_run(UUID(run)).state
    except (PrefectException, httpx.HTTPError):
        return False
    return state is not None and (state.is_cancelling() or state.is_cancelled())


def cost_of(access: Mapping[str, Access]) -> float:
    """What was paid through an engine's access, dollars; nothing where it is free."""
    return sum(one.cost_usd for one in access.values())


def key_of(provider: Provider) -> Secret:
    """The key of a paid service, from the environment or a Prefect Secret block.

    Raises:
        MissingTool: it is in neither place.
    """
    return find_key(provider, os.environ, _read_block)


@contextmanager
def budget() -> Iterator[None]:
    """Lets one process of the installation at a time set money aside.

    Raises:
        FixMachine: the server has no such limit.
        TryAgain: the server does not answer.
    """
    with _limits(BUDGET), concurrency(BUDGET, strict=True, lease_duration=BUDGET_LEASE_S,
                                      raise_on_lease_renewal_failure=False):
        yield


def pace(provider: str) -> None:
    """Waits until a provider may get one more request.

    Raises:
        FixMachine: the server has no limit for it.
        TryAgain: the server does not answer.
    """
    name = find_provider(provider).rate_limit
    with _limits(name):
        rate_limit(name, strict=True)


@contextmanager
def _limits(name: str) -> Iterator[None]:
    """Says in a sentence what is wrong with a limit of the server."""
    try:
        yield
    except ConcurrencySlotAcquisitionError as error:
        if "must be created" in str(error):
            raise FixMachine(f"the Prefect server has no concurrency limit {name!r}, and without it no money is spent: run"
                             " `reels up` (on one machine), or `reels make` once, which make it") from error
        raise TryAgain(f"the Prefect server cannot give out the limit {name!r} ({error}): nothing was sent; run the command"
                       " again") from error


def _read_block(name: str) -> str | None:
    """The value of a Prefect Secret block, None where there is none."""
    try:
        block: Any = SecretBlock.load(name)
    except ValueError:
        return None
    return str(block.get())
