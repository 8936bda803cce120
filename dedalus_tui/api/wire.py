"""Bytes to the service and back: the only module that knows httpx.

Two clients share one set of credentials: one with few connections for requests, one whose
connections each belong to a stream. Credentials travel only to the origin of the base URL;
redirects are followed by hand to keep that true. httpx's exceptions become faults here, without
their chain: its frames hold the headers, and a traceback with local values would show the key.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from dedalus_tui.domain.faults import NotUnderstood, TimedOut, Unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Mapping

    from dedalus_tui.domain.faults import CloudFault

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes; an answer that grows past this is not read to its end."""

_CONNECT_SECONDS = 5.0
_OPEN_SECONDS = 30.0
_MOST_REDIRECTS = 3
_KEPT_STREAM_CONNECTIONS = 2
_KEEP_ALIVE_SECONDS = 60.0
_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; header names are lower-case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Identity(httpx.Auth):
    """Who we are: headers that only the base URL's own origin may see. Its repr hides them."""

    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        """`headers` hold secrets: keys, organisation, headers from the environment."""
        self._origin = origin_of(base_url)
        self._headers = dict(headers)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers themselves; secret."""
        return self._headers

    def __repr__(self) -> str:
        """Say for whom, never what."""
        return f"<Identity for {self._origin}>"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers, if the request goes home."""
        if origin_of(str(request.url)) == self._origin:
            request.headers.update(self._headers)
        yield request


class StreamedAnswer:
    """An answer whose body is read as it comes."""

    def __init__(self, response: httpx.Response, request: str, idle_seconds: float) -> None:
        """`request` is method and path, for faults."""
        self._response = response
        self._request = request
        self._idle_seconds = idle_seconds
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = dict(response.headers)

    async def read(self) -> Answer:
        """The whole body, for answers that turn out not to be streams."""
        body = bytearray()
        async for chunk in self.chunks():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise NotUnderstood("the answer is too large", request=self._request)
        return Answer(self.status, self.headers, bytes(body))

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives; ends with the body. Raises Unreachable, TimedOut."""
        pieces = self._response.aiter_bytes()
        while True:
            try:
                async with asyncio.timeout(self._idle_seconds):
                    chunk = await anext(pieces)
            except StopAsyncIteration:
                return
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, TimeoutError) as error:
                fault = _fault_of(error, self._request)
            else:
                yield chunk
                continue
            raise fault


class Wire:
    """Sends what it is given; knows nothing of the API but where it is."""

    def __init__(self, base_url: str, *, identity: Mapping[str, str], user_agent: str) -> None:
        """`identity` are the headers only the service itself may see."""
        self.base_url = base_url.rstrip("/")
        self.user_agent = user_agent
        self._origin = origin_of(self.base_url)
        is_here = (urlsplit(self.base_url).hostname or "") in _LOOPBACK_HOSTS
        auth = self._identity = Identity(self.base_url, identity)
        tls = _trust(is_needed=not is_here or self.base_url.startswith("https:"))

        def client(limits: httpx.Limits) -> httpx.AsyncClient:
            return httpx.AsyncClient(
                auth=auth,
                headers={"user-agent": user_agent},
                verify=tls,
                # A proxy meant for the internet has no business with a server on this computer.
                trust_env=not is_here,
                timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
                limits=limits,
            )

        # Whoever calls has few under way. A limit here would count for ever what was cancelled in
        # an unlucky moment (encode/httpcore#1093): after some of them nothing could be asked, or
        # no connection would be kept for the next request.
        self._requests = client(
            httpx.Limits(
                max_connections=None,
                max_keepalive_connections=None,
                keepalive_expiry=_KEEP_ALIVE_SECONDS,
            )
        )
        self._streams = client(
            httpx.Limits(max_connections=None, max_keepalive_connections=_KEPT_STREAM_CONNECTIONS)
        )

    @property
    def identity_headers(self) -> Mapping[str, str]:
        """The credentials, for a WebSocket to the same origin; secret."""
        return self._identity.headers

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        seconds: float,
        request: str,
    ) -> Answer:
        """One request and its whole answer within `seconds`, whatever its status.

        `request` is method and path, for faults. Raises Unreachable, TimedOut, NotUnderstood.
        """
        try:
            async with asyncio.timeout(seconds):
                response = await self._send(self._requests, method, url, headers, body, request)
                try:
                    return await StreamedAnswer(response, request, seconds).read()
                finally:
                    await response.aclose()
        except TimeoutError:
            pass
        raise TimedOut(f"no answer within {seconds:g} s", code="timed_out", request=request)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        idle_seconds: float,
        request: str,
    ) -> AsyncIterator[StreamedAnswer]:
        """An answer read as it comes; silence longer than `idle_seconds` is TimedOut."""
        response = None
        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                response = await self._send(self._streams, method, url, headers, None, request)
        except TimeoutError:
            pass
        if response is None:
            raise TimedOut("the stream did not open in time", code="timed_out", request=request)
        try:
            yield StreamedAnswer(response, request, idle_seconds)
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._requests.aclose()
        await self._streams.aclose()

    async def _send(
        self,
        client: httpx.AsyncClient,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        request: str,
    ) -> httpx.Response:
        for _ in range(_MOST_REDIRECTS + 1):
            if client.is_closed:
                # Who leaves closes it while something asks once more; httpx takes that for a bug.
                raise Unreachable("the line is closed", code="closed", request=request)
            try:
                built = client.build_request(method, url, headers=dict(headers), content=body)
                response = await client.send(built, stream=True, follow_redirects=False)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                fault = _fault_of(error, request)
            else:
                if not response.has_redirect_location:
                    return response
                target = response.next_request
                await response.aclose()
                url = self._next_url(method, url, response.status_code, target, request)
                continue
            raise fault
        raise NotUnderstood("too many redirects", code="redirected", request=request)

    def _next_url(
        self, method: str, url: str, status: int, target: httpx.Request | None, request: str
    ) -> str:
        """Where a redirect may lead; raises NotUnderstood where it may not.

        What began at the service stays there: another host would only see a request without
        credentials, and a person should hear of it. A write is repeated only when the redirect
        says that it is the same write (307, 308).
        """
        if target is None:
            raise NotUnderstood("a redirect to nowhere", code="redirected", request=request)
        there = str(target.url)
        began_here = origin_of(url) == self._origin
        if began_here and origin_of(there) != self._origin:
            host = urlsplit(there).netloc.rpartition("@")[2]
            raise NotUnderstood(
                f"redirected to another host ({host}), where credentials are not sent",
                status=status,
                code="redirected",
                request=request,
            )
        if method != "GET" and status not in {307, 308}:
            raise NotUnderstood(
                "a write was redirected", status=status, code="redirected", request=request
            )
        return there


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what has to be equal for credentials to be sent. ValueError if bad."""
    parts = urlsplit(url)
    default = 443 if parts.scheme in {"https", "wss"} else 80
    return parts.scheme, (parts.hostname or "").lower(), parts.port or default


def _fault_of(error: Exception, request: str) -> CloudFault:
    """The fault an exception of httpx means.

    TimedOut is whatever may have arrived; plain Unreachable certainly did not.
    """
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return Unreachable("no connection in time", code="connect_failed", request=request)
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return TimedOut("no answer in time", code="timed_out", request=request)
    if isinstance(error, httpx.ProxyError):
        return Unreachable(str(error), code="proxy_failed", request=request)
    if isinstance(error, httpx.ConnectError):
        return _fault_of_connecting(error, request)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.LocalProtocolError):
        return Unreachable(
            "the base URL or a header cannot be sent", code="connect_failed", request=request
        )
    if isinstance(error, httpx.TransportError):
        return TimedOut("the connection was lost", code="connection_lost", request=request)
    return NotUnderstood("the answer cannot be decoded", request=request)


def _fault_of_connecting(error: httpx.ConnectError, request: str) -> CloudFault:
    code, words = "connect_failed", "no connection could be made"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            code = "tls_failed"
            words = getattr(cause, "verify_message", "") or cause.reason or "TLS failed"
        elif isinstance(cause, socket.gaierror):
            code, words = "name_failed", "the name cannot be resolved"
        elif isinstance(cause, ConnectionRefusedError):
            words = "the connection was refused"
        cause = cause.__cause__ or cause.__context__
    return Unreachable(words, code=code, request=request)


def _trust(*, is_needed: bool) -> ssl.SSLContext:
    """The certificates TLS is checked against: the environment's, else certifi's.

    Loading them takes 25 ms. Without TLS in sight the context trusts nothing, so that a
    connection which wanted TLS after all fails instead of going unchecked.
    """
    if is_needed:
        return httpx.create_ssl_context()
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
