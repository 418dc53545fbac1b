"""Which Prefect server this program talks to, and the environment its clients, workers and runs need for it."""

import base64
import json
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tasks.domain.errors import FixMachine
from tasks.runtime.local_server import LocalServer, server_environment
from tasks.runtime.prefect_api import PrefectApi
from tasks.runtime.settings import Settings, settings_environment
from tasks.runtime.stores import results_environment

KEPT = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH",
    "FFMPEG_BINARY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY",
    "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
)
"""Variables a background program needs of the user's environment, whatever it does."""
KEPT_BEGINNINGS = ("LC_", "REELS_", "AWS_", "CUDA_", "NVIDIA_", "OMP_", "OPENBLAS_", "MKL_", "HF_", "TORCH_")
"""What the names of further such variables begin with: settings, the bucket's keys, processors and models."""
KEPT_ENDINGS = ("_API_KEY", "_API_TOKEN", "_API_BASE", "_BASE_URL")
"""What the names of providers' keys and addresses end with."""


def connect(settings: Settings) -> None:
    """Points Prefect, not yet imported, at the user's server or at the program's own, starting that if need be.

    Raises:
        FixMachine: the local server cannot be started.
        TryAgain: it gives no answer in time.
    """
    environment = client_environment(settings) | {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"}
    os.environ.clear()
    os.environ.update(environment)
    logging.getLogger("prefect").setLevel(logging.INFO)
    if settings.bucket:
        _register_results()


def _register_results() -> None:
    from flows.answering import answering_server
    from tasks.orchestration.results import register_results

    with answering_server():
        register_results()


def client_environment(settings: Settings) -> dict[str, str]:
    """The environment of this process, made one in which Prefect's client uses the installation's server and store."""
    environment = dict(os.environ)
    if not users_server():
        local = LocalServer(settings.home_path, port=settings.server_port)
        server = local.running()
        if server is None:
            sys.stderr.write("starting the local server (once; later reels reuse it)\n")
            server = local.wait(local.start())
        environment = server_environment(os.environ, local.environment(server))
    return environment | results_environment(settings)


def background_environment(settings: Settings) -> dict[str, str]:
    """The environment of a background program: what it needs of the user's, the server and its key, the settings."""
    connected = client_environment(settings)
    return {name: value for name, value in connected.items() if is_kept(name)} | settings_environment(settings) | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PREFECT_WORKER_QUERY_SECONDS": str(settings.worker_poll_s),
        "PREFECT_WORKER_HEARTBEAT_SECONDS": str(max(1, round(min(settings.worker_poll_s * 2, 30)))),
        "PYTHONUNBUFFERED": "1",
    }


def is_kept(name: str) -> bool:
    """True for a variable that background programs get."""
    return (name in KEPT or name.startswith((*KEPT_BEGINNINGS, "PREFECT_", "DO_NOT_TRACK")) or name.endswith(KEPT_ENDINGS))


def users_server() -> str | None:
    """The address of the server the user has named, None where the program uses its own."""
    return os.environ.get("PREFECT_API_URL") or None


def running_api(settings: Settings) -> PrefectApi | None:
    """The server's API if it answers; starts nothing."""
    if url := users_server():
        api = PrefectApi(url, headers_of(os.environ))
        return api if api.answers() else None
    server = LocalServer(settings.home_path).running()
    return PrefectApi(server.api_url, {"Authorization": basic(server.key)}) if server else None


def connected_api() -> PrefectApi:
    """The API of the server that Prefect, which is imported by now, is pointed at."""
    from prefect.settings import get_current_settings

    return PrefectApi(str(get_current_settings().api.url), headers_of(os.environ))


def headers_of(environment: Mapping[str, str]) -> dict[str, str]:
    """What a request to the user's server carries: the key, as Prefect's own variables say, and headers of a proxy.

    Raises:
        FixMachine: PREFECT_CLIENT_CUSTOM_HEADERS is no JSON object.
    """
    try:
        headers = dict(json.loads(environment.get("PREFECT_CLIENT_CUSTOM_HEADERS") or "{}"))
    except (ValueError, TypeError) as error:
        raise FixMachine("PREFECT_CLIENT_CUSTOM_HEADERS is not a JSON object of header names and values") from error
    if login := environment.get("PREFECT_API_AUTH_STRING"):
        headers["Authorization"] = basic(login)
    elif key := environment.get("PREFECT_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    return headers


def basic(login: str) -> str:
    """The header of a login 'user:password'."""
    return "Basic " + base64.b64encode(login.encode()).decode()
