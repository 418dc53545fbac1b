"""Sets up an automation: every event 'script.ready' makes a reel of the script that it carries. Run it once.

python automation.py            (with the environment that `reels` uses, and PREFECT_API_URL set)

Afterwards anything that can send an event to the Prefect server starts a reel:

    curl -u "$PREFECT_API_AUTH_STRING" -H 'Content-Type: application/json' "$PREFECT_API_URL/events" -d '[{
      "id": "a new UUID", "occurred": "2026-12-01T06:00:00Z", "event": "script.ready",
      "resource": {"prefect.resource.id": "newsroom.script.42"}, "payload": {"script": "Hello there."}}]'
"""

from datetime import timedelta

from prefect.automations import Automation, EventTrigger, Posture, RunDeployment
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

NAME = "a reel for every script that is ready"
EVENT = "script.ready"


def set_up() -> str:
    """Makes the automation unless it is there; gives its id."""
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("produce-reel/produce-reel")
    wanted = Automation(
        name=NAME,
        trigger=EventTrigger(expect={EVENT}, posture=Posture.Reactive, threshold=1, within=timedelta(0)),
        actions=[RunDeployment(source="selected", deployment_id=deployment.id, parameters={
            # A template of the server: what comes in is data, and the run checks it like any other script.
            "script": {"__prefect_kind": "jinja", "template": "{{ event.payload.script }}"}})])
    try:
        there = Automation.read(name=NAME)
    except (ObjectNotFound, ValueError):
        return str(wanted.create().id)
    return str(there.id)


if __name__ == "__main__":
    print(set_up())
