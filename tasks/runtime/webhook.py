"""Sends a small signed message to one web address, as the Standard Webhooks specification has it.

    webhook-id          the message's identity: the same when it is sent again, so that a receiver can drop repeats
    webhook-timestamp   when it was sent, seconds since 1970
    webhook-signature   'v1,' and the Base64 of HMAC-SHA256 over '<id>.<timestamp>.<body>' with the shared secret

Only the address of the settings is called: by https, or on this machine; a redirect is not followed.

Source: standardwebhooks.com, specification, sections "Webhook headers" and "Signature scheme".
"""

import base64
import hashlib
import hmac
import ipaddress
import time
from collections.abc import Mapping

import httpx

from tasks.domain.errors import FixMachine, MissingTool, TryAgain
from tasks.runtime.settings import Settings

SECRET = "REELS_WEBHOOK_SECRET"  # noqa: S105  the variable's name
"""The variable with the secret that receiver and sender share."""
SECRET_MARK = "whsec_"  # noqa: S105
"""What a secret written in Base64 begins with."""
LEAST_SECRET_BYTES = 24
"""Shortest secret: the specification's least."""
TIMEOUT_S = 5.0
"""How long the receiver may be silent."""


def webhook_secret(environment: Mapping[str, str]) -> bytes:
    """The shared secret.

    Raises:
        MissingTool: there is none.
        FixMachine: it is too short, or no Base64.
    """
    given = environment.get(SECRET, "")
    if not given:
        raise MissingTool(f"a webhook is set and no secret to sign with: put one into {SECRET}, e.g. 'whsec_' and the Base64"
                          " of 32 random bytes, here and at the receiver")
    coded = given.startswith(SECRET_MARK)
    try:
        secret = base64.b64decode(given.removeprefix(SECRET_MARK), validate=True) if coded else given.encode()
    except ValueError as error:
        raise FixMachine(f"{SECRET} begins with {SECRET_MARK!r}, and what follows is no Base64: correct it") from error
    if len(secret) < LEAST_SECRET_BYTES:
        raise FixMachine(f"{SECRET} has {len(secret)} bytes: take at least {LEAST_SECRET_BYTES} random ones")
    return secret


def check_address(settings: Settings) -> httpx.URL:
    """The address of the settings, if it may be called.

    Raises:
        FixMachine: it is no web address, not by https, holds a password, or its host is not among the allowed ones.
    """
    try:
        url = httpx.URL(settings.webhook_url or "")
    except httpx.InvalidURL as error:
        raise FixMachine(f"setting 'webhook_url' is no address ({error}): write https://…") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise FixMachine("setting 'webhook_url' is no web address: write https://…")
    if url.userinfo:
        raise FixMachine("setting 'webhook_url' holds a name or password: remove it; messages are signed instead")
    if url.scheme == "http" and not is_this_machine(url.host):
        raise FixMachine(f"setting 'webhook_url' calls {url.host!r} without encryption: write https://…")
    if settings.webhook_hosts and url.host not in settings.webhook_hosts:
        raise FixMachine(f"setting 'webhook_url' calls {url.host!r}, and 'webhook_hosts' allows"
                         f" {', '.join(settings.webhook_hosts)}: add it there or change the address")
    return url


def is_this_machine(host: str) -> bool:
    """True for names of the machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def send(identity: str, body: bytes, *, url: httpx.URL, secret: bytes, now_s: float | None = None) -> None:
    """Sends one message.

    Args:
        identity: the message's own, without '.'.
        body: JSON.
        url: from `check_address`.
        secret: from `webhook_secret`.
        now_s: seconds since 1970; default: now.

    Raises:
        TryAgain: no answer, or another than yes.
    """
    sent_s = int(time.time() if now_s is None else now_s)
    headers = {"webhook-id": identity, "webhook-timestamp": str(sent_s), "content-type": "application/json",
               "webhook-signature": signature(identity, sent_s, body, secret), "user-agent": "avatar-reels"}
    try:
        with (httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=not is_this_machine(url.host)) as client,
              client.stream("POST", url, content=body, headers=headers) as reply):
            status, yes = reply.status_code, reply.is_success
    except httpx.HTTPError as error:
        raise TryAgain(f"no answer ({type(error).__name__})") from error
    if not yes:
        raise TryAgain(f"answer {status}")


def signature(identity: str, sent_s: int, body: bytes, secret: bytes) -> str:
    """The header's value: version and Base64 of the HMAC-SHA256."""
    signed = f"{identity}.{sent_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
