"""Makes sure that the Prefect server answers, and says so in a sentence when it does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from ssl import PROTOCOL_TLS_CLIENT, SSLContext

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_URL

from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime.local_server import HOST

YOURS = "if PREFECT_API_URL names a server of yours, start it or unset the variable"
"""What a message advises those who brought a server of their own."""


GOES_ON = "run the command again, it goes on from the last finished stage"
"""What those are advised whose reel was being made."""


@contextmanager
def answering_server(*, advice: str = GOES_ON) -> Iterator[None]:
    """Asks the server first, then runs the block; `advice` is told where it stops answering.

    Raises:
        FixMachine: it refuses us, or its address is none.
        TryAgain: it does not answer, before the block or in the middle of it.
    """
    try:
        fault = _client().api_healthcheck()
        if fault:
            raise fault
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = str(error).partition("\n")[0] or type(error).__name__
        at, reason = f"the Prefect server at {PREFECT_API_URL.value()!r}", f"({said})"
        if _is_refusal(error):
            raise FixMachine(f"{at} cannot be used {reason}: correct PREFECT_API_URL and its key, or unset them to use the"
                             " program's own server") from error
        raise TryAgain(f"{at} does not answer {reason}: {advice}; {YOURS}") from error


def _client() -> SyncPrefectClient:
    """A client for one question; for a server of this machine it does not read the long list of whom to trust."""
    own = (PREFECT_API_URL.value() or "").startswith(f"http://{HOST}:")
    return get_client(sync_client=True, httpx_settings={"verify": SSLContext(PROTOCOL_TLS_CLIENT)} if own else None)


def _is_refusal(error: Exception) -> bool:
    """True where waiting does not help: the address is none, or the server wants another key."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.is_client_error
    return isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol)
