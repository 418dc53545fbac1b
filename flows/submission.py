"""Starts reels as runs of the deployment `produce-reel`: the script's content travels, and each key makes one run."""

import json
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

import httpx
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from flows.planning import Overrides
from tasks.domain.errors import FixMachine, FixRequest, ScriptError, TryAgain
from tasks.domain.script import Script
from tasks.runtime.library import Library
from tasks.script.parse import FORMS, parse_script, read_script

DEPLOYMENT = "produce-reel/produce-reel"
"""What makes a reel: flow and deployment."""
MOST_BYTES = 512 << 10
"""Largest set of parameters that Prefect's server takes, as JSON."""


def submit(script: Script, *, key: str, overrides: Overrides | None = None, tags: Iterable[str] = ()) -> str:
    """Starts one reel as a run of its own; a worker makes it.

    Args:
        script: the script as it is now; later changes of its file do not matter.
        key: stands for this wish: whoever submits the same key again gets the run that is there.
        overrides: what is asked for besides the script.
        tags: labels of the run, e.g. the batch it belongs to.

    Returns:
        the flow run's id.

    Raises:
        FixRequest: script and choices are larger than a run's parameters may be, or the server refuses them.
        FixMachine: the server has no such deployment.
        TryAgain: the server does not answer.
    """
    chosen = overrides or Overrides()
    return submit_parameters(parameters_of(script, chosen), key=key, name=named(script.title, chosen.variant), tags=tags)


def submit_parameters(parameters: dict[str, Any], *, key: str, name: str, tags: Iterable[str] = ()) -> str:
    """Starts a run with parameters that `parameters_of` gave; see `submit`."""
    try:
        run: Any = run_deployment(DEPLOYMENT, parameters=parameters, as_subflow=False, timeout=0, idempotency_key=key,
                             flow_run_name=name, tags=list(tags))
    except ObjectNotFound as error:
        raise FixMachine(f"the Prefect server has no deployment {DEPLOYMENT!r}: `reels up` makes it; on a server of your"
                         " own, `prefect deploy --all` in the checkout") from error
    except PrefectHTTPStatusError as error:
        if error.response.is_client_error:
            raise FixRequest(f"the Prefect server refuses the run {name!r} ({_said(error)}): correct the request") from error
        raise TryAgain(f"the Prefect server could not start the run {name!r} ({_said(error)}): try again") from error
    except httpx.HTTPError as error:
        raise TryAgain(f"the Prefect server does not answer ({str(error) or type(error).__name__}): try again; what was"
                       " started already is not started twice") from error
    return str(run.id)


def parameters_of(script: Script, overrides: Overrides) -> dict[str, Any]:
    """The parameters of a run: JSON values, only what differs from the defaults.

    Raises:
        FixRequest: they are larger than the server takes.
    """
    asked = overrides.model_dump(mode="json", exclude_defaults=True)
    parameters = {"script": script.model_dump(mode="json", by_alias=True, exclude_defaults=True), **asked}
    size = len(json.dumps(parameters, separators=(",", ":")).encode())
    if size > MOST_BYTES:
        raise FixRequest(f"the script {script.title!r} has {size:,} bytes with all that is asked for, and a run takes at"
                         f" most {MOST_BYTES:,}: make two scripts of it")
    return parameters


def named(title: str, variant: str | None) -> str:
    """How the run of a reel is called wherever runs are listed."""
    return f"reel: {title} ({variant})" if variant else f"reel: {title}"


def title_in(parameters: Mapping[str, Any]) -> str | None:
    """The title of the script among a run's parameters, None where it is no script."""
    script = parameters.get("script")
    if isinstance(script, str):
        try:
            return parse_script(script).title
        except ScriptError:
            return None
    return script.get("title") if isinstance(script, dict) else getattr(script, "title", None)


def find_script(library: Library, named: str) -> Script:
    """A script by its file in the library, or by its text.

    Args:
        library: where files are looked for, and nowhere else.
        named: one line that ends like a script's file, by its path from the library's root on; or the script's own text.

    Raises:
        UnknownName: no such file in the library, or a name that leads out of it.
        ScriptError: file or text is no script.
    """
    return read_script(library.file(named.strip())) if is_file_name(named) else parse_script(named)


def is_file_name(named: str) -> bool:
    """True for one line that ends in a script file's suffix, so is a file's name and no script."""
    line = named.strip()
    return "\n" not in line and PurePosixPath(line).suffix.lower() in FORMS


def scripts_in(library: Library, folder: str) -> tuple[str, ...]:
    """Names of the script files directly inside a folder of the library, in order.

    Raises:
        UnknownName: no such folder in the library, or a name that leads out of it.
        FixRequest: there is no script in it.
    """
    found = tuple(name for name in library.files_in(folder) if is_file_name(name))
    if not found:
        raise FixRequest(f"the folder {folder!r} of the library holds no script: put files ending in"
                         f" {', '.join(FORMS)} into it")
    return found


def _said(error: PrefectHTTPStatusError) -> str:
    """The server's reason, shortened: it may repeat all of the parameters."""
    try:
        detail = error.response.json().get("detail", "")
    except ValueError:
        detail = ""
    return f"{error.response.status_code} {detail}"[:200].strip()
