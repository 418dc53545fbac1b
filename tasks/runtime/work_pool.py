"""The work pool of the reels, its queues, and how many of what may run at once, as a server is told.

The pool's job template has no variable `command`, `env` or `working_dir`: a run cannot ask a worker for another program than
the flow that its deployment names, and the server refuses one that tries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tasks.runtime.engines import QUEUES, Queue
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.providers import PROVIDERS
from tasks.runtime.settings import Settings

POOL = "reels"
"""Name of the work pool."""
AT_ONCE: Mapping[Queue, int] = MappingProxyType({"publish": 1})
"""How many runs of a queue go at once; of another, as many as workers take."""
RUN_COMMAND = "python -m flows.run_process"
"""What a worker starts for a run; its PATH begins with the environment that it runs in itself."""
KINDS = ("process", "docker")
"""Kinds of pool there are templates for."""


@dataclass(frozen=True)
class Limit:
    """How many holders something may have at once, in all workers together."""

    name: str
    slots: int
    refill_per_s: float = 0.0
    """Slots that come back by themselves each second: above 0 it limits a rate, not a number."""


LIMITS = (
    Limit("gpu", 1),  # one stage at a time on the one GPU of most machines
    Limit("budget", 1),  # money is set aside by one run at a time
)
"""What is limited whatever else is set up; whoever keeps the server may change them."""
BURST = 10
"""A tenth of a provider's requests a minute may come at once; the others are spread evenly."""


def paces(settings: Settings) -> tuple[Limit, ...]:
    """How fast requests go to each paid provider, as the settings say."""
    found = []
    for provider in PROVIDERS:
        per_minute = settings.pace_of(provider)
        burst = max(1, per_minute // BURST)
        found.append(Limit(provider.rate_limit, burst, max(per_minute - burst, 1) / 60))
    return tuple(found)


def base_job_template() -> dict[str, Any]:
    """What a process worker starts: the flow of the run, in a folder of its own, and nothing a run could choose."""
    return {
        # Its output goes nowhere, its log to the server: a run whose worker dies would end at its next printed line.
        "job_configuration": {"name": "{{ name }}", "command": RUN_COMMAND, "stream_output": False},
        "variables": {
            "type": "object", "additionalProperties": False,
            "properties": {"name": {"type": "string", "title": "Name", "maxLength": 200,
                                    "description": "What the process is called; the run's name where it is left out."}},
        },
    }


def set_up_pool(api: PrefectApi) -> None:
    """Makes pool and queues, or changes what differs.

    Raises:
        FixMachine: the server refuses.
        TryAgain: it does not answer.
    """
    wanted = {"base_job_template": base_job_template(), "description": "Makes reels, in processes of its workers."}
    there = api.get(f"work_pools/{POOL}")
    if there is None:
        api.post("work_pools/", {"name": POOL, "type": "process", **wanted})
    elif any(there.get(name) != value for name, value in wanted.items()):
        api.patch(f"work_pools/{POOL}", wanted)
    queues = {queue["name"]: queue for queue in api.post(f"work_pools/{POOL}/queues/filter", {"limit": 200}) or ()}
    for priority, name in enumerate(QUEUES, start=1):
        if name not in queues:
            api.post(f"work_pools/{POOL}/queues",
                     {"name": name, "concurrency_limit": AT_ONCE.get(name), "priority": priority})


def set_up_limits(api: PrefectApi, settings: Settings) -> None:
    """Makes the limits that are missing, and brings the providers' paces to what the settings say.

    Raises:
        FixMachine: the server refuses.
        TryAgain: it does not answer.
    """
    for limit in (*LIMITS, *paces(settings)):
        values = {"limit": limit.slots, "slot_decay_per_second": limit.refill_per_s}
        there = api.get(f"v2/concurrency_limits/{limit.name}")
        if there is None:
            api.post("v2/concurrency_limits/", {"name": limit.name, "active": True, **values})
        elif limit not in LIMITS and any(there.get(name) != value for name, value in values.items()):
            api.patch(f"v2/concurrency_limits/{limit.name}", values)


def online_workers(api: PrefectApi) -> dict[str, str]:
    """The workers that the server hears from: name -> time of the last sign of life, ISO 8601."""
    found = api.post(f"work_pools/{POOL}/workers/filter", {"workers": {"status": {"any_": ["ONLINE"]}}, "limit": 200}) or ()
    return {worker["name"]: worker["last_heartbeat_time"] for worker in found}
