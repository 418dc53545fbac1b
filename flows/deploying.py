"""Brings the deployments of prefect.yaml to a server, once for each state of the program."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.processes import write_private
from tasks.runtime.settings import checkout

TIMEOUT_S = 240.0
"""How long bringing all of them may take."""
RECORD = "deployments.json"
"""File of the operation's folder that says what was brought where."""


def deployment_file() -> Path:
    """The file that describes the deployments."""
    return checkout() / "prefect.yaml"


def deployment_names() -> list[str]:
    """Names of all deployments, as the file has them."""
    return [one["name"] for one in yaml.safe_load(deployment_file().read_text("utf-8"))["deployments"]]


def missing_deployments(api: PrefectApi) -> list[str]:
    """Names of deployments that the server does not have.

    Raises:
        FixMachine: the server refuses.
        TryAgain: it does not answer.
    """
    names = deployment_names()
    found = api.post("deployments/filter", {"deployments": {"name": {"any_": names}}, "limit": 200}) or ()
    return sorted(set(names) - {one["name"] for one in found})


def deploy(api: PrefectApi, folder: Path, environment: Mapping[str, str]) -> bool:
    """Brings all deployments to the server unless it has them as they are now; tells whether it did.

    Args:
        api: the server.
        folder: where it is noted what was brought.
        environment: with which Prefect's own command reaches that server.

    Raises:
        FixMachine: a deployment is refused.
        TryAgain: the server does not answer.
    """
    state = {"api_url": api.url, "sha256": program_digest()}
    if _read(folder / RECORD) == state and not missing_deployments(api):
        return False
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(deployment_file())]
    try:
        done = subprocess.run(command, env=dict(environment), cwd=checkout(), stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, errors="replace", timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise TryAgain(f"the deployments were not brought to the server within {TIMEOUT_S:.0f} s: the machine may be busy;"
                       " run `reels up` again") from error
    missing = missing_deployments(api)
    if done.returncode or missing:
        told = (done.stderr or done.stdout).strip()[-800:]
        raise FixMachine(f"deployments could not be brought to the server ({', '.join(missing) or 'all'}): {told}")
    write_private(folder / RECORD, json.dumps(state))
    return True


def program_digest() -> str:
    """Digest of all that decides how deployments look: their file, the flows' signatures and the models of parameters."""
    digest = hashlib.sha256()
    modules = (*(checkout() / "flows").glob("*.py"), *(checkout() / "tasks" / "domain").glob("*.py"))
    for path in (deployment_file(), *sorted(modules)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
