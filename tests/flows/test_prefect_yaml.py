"""prefect.yaml: Prefect ignores misspelt keys, so a test must not."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.cli.deploy._models import (
    ConcurrencyLimitSpec,
    DeploymentConfig,
    PrefectYamlModel,
    RawScheduleConfig,
    WorkPoolConfig,
)
from prefect.client.schemas.schedules import construct_schedule
from pydantic import BaseModel, ValidationError

from tasks.runtime.engines import QUEUES
from tasks.runtime.work_pool import POOL

DOCUMENT = yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text("utf-8"))
DEPLOYMENTS = DOCUMENT["deployments"]
PROBES: dict[str, dict[str, Any]] = {
    "tag": {"tag": ["reels"]}, "work_pool": {"work_pool": {"name": POOL, "queue": "cpu"}},
    "schedule": {"schedules": [{"crom": "0 6 * * *"}]}, "cron": {"schedules": [{"cron": "0 25 * * *"}]},
    "zone": {"schedules": [{"cron": "0 6 * * *", "timezone": "Mars/North"}]},
    "limit": {"concurrency_limit": {"limit": 1, "strategy": "ENQUEUE"}},
    "queue": {"work_pool": {"name": POOL, "work_queue_name": "gpus"}}, "parameter": {"parameters": {"skript": ""}},
    "job variable": {"work_pool": {"name": POOL, "work_queue_name": "cpu", "job_variables": {"command": "sh"}}},
}
"""Changes to a deployment that are each a mistake Prefect would not tell."""


def complaints(deployment: dict[str, Any]) -> list[str]:
    """All that is wrong with one deployment."""
    place = deployment["work_pool"]
    said = strangers(deployment, DeploymentConfig, "deployment") + strangers(place, WorkPoolConfig, "work_pool")
    if place.get("name") != POOL or place.get("work_queue_name") not in QUEUES:
        said.append(f"no such queue: {place}")
    if place.get("job_variables"):
        said.append("the pool's template has no variables")
    for schedule in deployment.get("schedules", []):
        said += of_schedule(schedule)
    if isinstance(limit := deployment.get("concurrency_limit"), dict):
        said += strangers(limit, ConcurrencyLimitSpec, "concurrency_limit")
    own = flow_of(deployment).parameters.properties
    given = [deployment.get("parameters", {}), *(one.get("parameters", {}) for one in deployment.get("schedules", []))]
    return said + [f"no parameter {name!r}" for values in given for name in values if name not in own]


def strangers(node: dict[str, Any], model: type[BaseModel], place: str) -> list[str]:
    """Keys that Prefect would drop without a word."""
    known = {field.alias or name for name, field in model.model_fields.items()} | set(model.model_fields)
    return [f"{place}: no key {name!r}" for name in node if name not in known]


def of_schedule(schedule: dict[str, Any]) -> list[str]:
    """What is wrong with a schedule; Prefect itself falls back to another reading of it."""
    try:
        read = RawScheduleConfig.model_validate(schedule)
        construct_schedule(cron=read.cron, interval=read.interval, rrule=read.rrule, timezone=read.timezone)
    except (ValidationError, ValueError) as error:
        return [f"schedule: {error}"]
    return [] if read.slug else ["schedule: without a slug it would be made anew at each deployment"]


def flow_of(deployment: dict[str, Any]) -> Flow[..., Any]:
    """The flow it runs; named by dots, for the form with a file path would load it twice under two names."""
    module, _, name = deployment["entrypoint"].rpartition(".")
    found = getattr(import_module(module), name)
    assert isinstance(found, Flow)
    return found


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
class TestDeployments:
    """Every deployment of the file."""

    def test_is_wholly_understood(self, deployment: dict[str, Any]) -> None:
        """No key, queue, schedule or parameter that Prefect would drop, or refuse only when it runs."""
        assert complaints(deployment) == []

    def test_is_named_like_its_flow(self, deployment: dict[str, Any]) -> None:
        """`produce-reel/produce-reel` is found by whoever knows either name."""
        assert deployment["name"] == flow_of(deployment).name

    def test_every_parameter_is_described(self, deployment: dict[str, Any]) -> None:
        """The run form shows what the docstring says of each parameter."""
        from prefect.utilities.callables import parameter_schema

        fields = parameter_schema(flow_of(deployment)).properties
        assert [name for name, field in fields.items() if not field.get("description")] == []

    @pytest.mark.parametrize("probe", PROBES)
    def test_mistake_is_found(self, deployment: dict[str, Any], probe: str) -> None:
        """The first test is not blind."""
        assert len(complaints({**deployment, **PROBES[probe]})) >= 1


def test_file_has_no_key_that_prefect_would_ignore() -> None:
    """At the top of the file."""
    assert strangers(DOCUMENT, PrefectYamlModel, "file") == []


def test_names_are_unique() -> None:
    """A second deployment of a name would replace the first."""
    assert len({one["name"] for one in DEPLOYMENTS}) == len(DEPLOYMENTS)


def test_nothing_is_pulled() -> None:
    """A worker runs the code that is installed, not a copy of a folder."""
    assert DOCUMENT["pull"] == []
