"""Several machines: a Prefect server on PostgreSQL, workers of their own, one bucket, and a batch they finish together."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.workers import Operation, client_of, operating, wait_until_final

FAKES = {"speech": "tone", "alignment": "even", "animation": "still", "lipsync": "flap"}
FOR_A_CARD = "swaying"
"""The reel whose animation wants a graphics card."""
PLAIN = ("first", "second")
"""Titles of the others."""
TIMEOUT_S = 600.0
"""For a batch, on a busy machine."""


@pytest.fixture(scope="module")
def operation(postgres: str, s3_server: str, s3_keys: dict[str, str],
              tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operation]:
    """A server on PostgreSQL, and a bucket for all; workers come later."""
    import boto3

    client = boto3.client("s3", endpoint_url=s3_server, region_name=s3_keys["AWS_DEFAULT_REGION"],
                          aws_access_key_id=s3_keys["AWS_ACCESS_KEY_ID"],
                          aws_secret_access_key=s3_keys["AWS_SECRET_ACCESS_KEY"])
    client.create_bucket(Bucket="machines")
    with operating(tmp_path_factory.mktemp("operation"), database=postgres, store="s3://machines/reels",
                   REELS_STORE_ENDPOINT=s3_server, REELS_APPROVAL="never", **s3_keys) as running:
        yield running


@pytest.fixture(scope="module")
def batch(operation: Operation) -> dict[str, Any]:
    """Reels that two machines have made: title -> flow run.

    The machine without a card begins alone and waits with the reel that wants one; the machine with a card comes later and
    does that stage, and both do the rest.
    """
    operation.start_worker("plain", queues=("cpu", "publish"))
    with client_of(operation) as client:
        runs = {FOR_A_CARD: _order(client, FOR_A_CARD)}
        _wait_for(client, runs[FOR_A_CARD])
        operation.start_worker("card", queues=("cpu", "gpu", "publish"), limit=2)
        runs |= {title: _order(client, title) for title in PLAIN}
        return wait_until_final(client, runs, timeout_s=TIMEOUT_S)


def _order(client: Any, title: str) -> Any:
    deployment = client.read_deployment_by_name("produce-reel/produce-reel")
    script = {"title": title, "beats": [{"say": f"The {title} reel."}]}
    engines = FAKES | ({"animation": "sway"} if title == FOR_A_CARD else {})
    parameters = {"script": script, "avatar": "ada", "engines": engines, "publish": ["nowhere"]}
    return client.create_flow_run_from_deployment(deployment.id, parameters=parameters).id


def _wait_for(client: Any, run: Any) -> None:
    """Waits until a run has begun."""
    until_s = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until_s and not client.read_flow_run(run).state.is_running():
        time.sleep(0.5)


@pytest.mark.timeout(1500)
class TestTwoMachines:
    """What a batch shows when it is done."""

    def test_every_reel_is_finished(self, batch: dict[str, Any]) -> None:
        """None is lost, whoever made it."""
        states = {title: run.state.name for title, run in batch.items()}
        assert states == dict.fromkeys((FOR_A_CARD, *PLAIN), "Completed")

    def test_both_machines_tell_stories(self, batch: dict[str, Any], operation: Operation) -> None:
        """Each took reels from the queue."""
        for name in ("plain", "card"):
            assert "Beginning flow run 'reel: " in operation.logs[name]

    def test_stage_for_a_card_is_done_by_the_machine_that_has_one(self, batch: dict[str, Any], operation: Operation) -> None:
        """Its story is told by the machine without; only this stage goes elsewhere."""
        plain, card = operation.logs["plain"], operation.logs["card"]
        assert "animation is left to a machine that serves 'gpu'" in plain
        assert f"Flow run 'animation: {FOR_A_CARD}' - Finished in state Completed" in card
        assert "Task run 'animation' - Finished in state Cached" in plain
        assert "Flow run 'animation: " not in plain

    def test_database_is_never_locked(self, batch: dict[str, Any], operation: Operation) -> None:
        """What several workers on SQLite would run into."""
        assert "database is locked" not in "".join(operation.logs.values())
