"""Makes a reel over HTTP: starts a run, answers its approval, fetches the manifest. Needs Python alone.

PREFECT_API_URL=http://127.0.0.1:4200/api PREFECT_API_AUTH_STRING=user:password \
    python make_reel.py SCRIPT KEY [PARAMETERS]

SCRIPT is a file, whose content travels. The same KEY never makes a second run. PARAMETERS is a JSON object with anything
else that the run is to be given, e.g. '{"avatar": "kofi", "publish": []}'.
"""

import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ANSWER = {"decision": "approve", "your_name": "make_reel.py"}
"""What the approval's form is filled in with; 'reject' and 'edit' are the other decisions."""

BUSY = (429, 502, 503, 504)
"""Answers of a server that has too much to do: the request may be sent again."""
PAUSES_S = (1, 2, 4, 8, 16, None)
"""How long to wait before it is; every request here may be sent twice."""


def main(script: str, key: str, parameters: str = "{}") -> int:
    """Makes the reel; prints its manifest."""
    deployment = call("GET", "/deployments/name/produce-reel/produce-reel")["id"]
    wish = {"parameters": {**json.loads(parameters), "script": Path(script).read_text("utf-8")}, "idempotency_key": key}
    run_id = call("POST", f"/deployments/{deployment}/create_flow_run", wish)["id"]
    sys.stderr.write(f"run {run_id}\n")
    state = wait(run_id)
    if state["type"] != "COMPLETED":
        sys.stderr.write(f"{state['name']}: {state['message']}\n")
        return 1
    sys.stdout.write(json.dumps(manifest(run_id), indent=2) + "\n")
    return 0


def wait(run_id: str) -> dict[str, Any]:
    """Waits for the run's end and gives its last state; approves what it asks."""
    while True:
        state = call("GET", f"/flow_runs/{run_id}")["state"]
        if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            return state
        if state["type"] == "PAUSED":
            answer = call("POST", f"/flow_runs/{run_id}/resume", {"run_input": ANSWER})
            if answer["status"] == "REJECT":  # the HTTP status is 200 all the same; ABORT: somebody answered before
                raise SystemExit(f"not accepted: {answer}")
        time.sleep(2)


def manifest(run_id: str) -> dict[str, Any]:
    """The manifest of a finished run, from the artifact 'manifest' on its page."""
    wanted = {"artifacts": {"flow_run_id": {"any_": [run_id]}, "key": {"any_": ["manifest"]}}, "sort": "CREATED_DESC",
              "limit": 1}
    return call("POST", "/artifacts/filter", wanted)[0]["data"]


def call(method: str, path: str, body: Any = None) -> Any:
    """One request to the Prefect server."""
    request = urllib.request.Request(os.environ["PREFECT_API_URL"] + path, method=method,  # noqa: S310  the user's own
                                     data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    if password := os.environ.get("PREFECT_API_AUTH_STRING"):
        request.add_header("Authorization", f"Basic {base64.b64encode(password.encode()).decode()}")
    for pause_s in PAUSES_S:
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
                return json.load(reply)
        except urllib.error.HTTPError as error:
            if error.code not in BUSY or pause_s is None:
                raise
        time.sleep(pause_s)
    return None


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
