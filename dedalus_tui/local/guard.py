"""The door: who may speak to the local cloud at all.

Behind it are shells of this user, so every request, the control routes and WebSocket upgrades
included, must name this very address as Host, must not come from a web page of another origin
(no DNS trick or hostile page gets further), and must carry the key.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from dedalus_tui.local.refusals import DomainError, ProblemError, RefusedError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class Guard:
    """An ASGI layer that lets only the holder of the key through."""

    def __init__(self, app: ASGIApp, *, port: int, api_key: str, org_id: str) -> None:
        """Guard `app`, which is served on this loopback port."""
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}
        self._api_key = api_key.encode()
        self._org_id = org_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse or pass on."""
        if scope["type"] not in ("http", "websocket"):
            return
        try:
            self._check(Headers(scope=scope))
        except RefusedError as refusal:
            await send_refusal(refusal, scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, headers: Headers) -> None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise ProblemError(421, "this server answers only to its own loopback address")
        if any(origin.lower() not in self._origins for origin in headers.getlist("origin")):
            raise DomainError(403, "AUTH_SCOPE_FORBIDDEN", "foreign origins are not served")
        keys = _keys(headers)
        if not keys:
            raise DomainError(401, "AUTH_REQUIRED", "missing Dedalus API key")
        if not all(hmac.compare_digest(key, self._api_key) for key in keys):
            raise DomainError(401, "AUTH_INVALID", "invalid Dedalus API key")
        organisation = headers.get("x-dedalus-org-id")
        if organisation is not None and organisation.lower() != self._org_id:
            raise DomainError(
                403, "AUTH_ORG_MISMATCH", "org scope does not match API key ownership"
            )


def _keys(headers: Headers) -> list[bytes]:
    """The keys a request carries: bearer, `x-api-key` or both."""
    keys = [value.encode("latin-1") for value in headers.getlist("x-api-key")]
    for value in headers.getlist("authorization"):
        scheme, _, token = value.partition(" ")
        keys.append(token.strip().encode("latin-1") if scheme.lower() == "bearer" else b"")
    return keys


async def send_refusal(refusal: RefusedError, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with an error document, also to a WebSocket upgrade (as its HTTP refusal)."""
    prefix = "http"
    if scope["type"] == "websocket":
        prefix = "websocket.http"
        await receive()
    body = refusal.encoded()
    headers = [
        (b"content-type", refusal.content_type.encode()),
        (b"content-length", str(len(body)).encode()),
    ]
    start = {"type": f"{prefix}.response.start", "status": refusal.status, "headers": headers}
    await send(start)
    await send({"type": f"{prefix}.response.body", "body": body})
