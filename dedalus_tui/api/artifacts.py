"""Artifacts: files that executions leave (contract 10)."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from dedalus_tui.api.abilities import Ability
from dedalus_tui.api.decode import Decoder
from dedalus_tui.api.decode_fault import fault_of_answer
from dedalus_tui.api.resources import MachineResources
from dedalus_tui.api.transport import Call
from dedalus_tui.domain.artifact import Artifact
from dedalus_tui.domain.faults import CloudFault, NotFound, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from dedalus_tui.api.transport import Transport

_IDLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Download:
    """The bytes of an artifact, from `offset` on, as they arrive."""

    offset: int
    """What the server really starts at: 0 where it cannot resume."""
    chunks: AsyncIterator[bytes]


class Artifacts(MachineResources[Artifact]):
    """`/v1/machines/{machine}/artifacts`."""

    segment = "artifacts"
    id_field = "artifact_id"
    ability = Ability.ARTIFACTS

    def __init__(self, transport: Transport) -> None:
        """All nouns share one transport."""
        super().__init__(transport, Decoder(Artifact, id_field="artifact_id"))

    async def delete(self, machine_id: str, artifact_id: str, *, key: str) -> Artifact:
        """Delete the file."""
        return await self._delete(machine_id, artifact_id, key)

    @asynccontextmanager
    async def download(self, artifact: Artifact, *, offset: int = 0) -> AsyncIterator[Download]:
        """Open its bytes from `offset` on; size and digest are the caller's to verify.

        Credentials go along only when the URL leads to the service itself. Raises CloudFault.
        """
        transport = self._transport
        url = urljoin(transport.wire.base_url + "/", artifact.download_url or "")
        if not artifact.download_url or urlsplit(url).scheme not in {"http", "https"}:
            raise NotFound("the service gives no address to download from", code="no_download_url")
        # The signature is in the query, so only host and path are ever shown.
        parts = urlsplit(url)
        call = Call(
            method="GET",
            path=f"{parts.hostname}{parts.path}",
            machine_id=artifact.machine_id,
        )
        headers = {"accept": "*/*", "accept-encoding": "identity"}
        if offset:
            headers["range"] = f"bytes={offset}-"
        began = transport.clock.monotonic()
        async with transport.wire.stream(
            "GET", url, headers=headers, idle_seconds=_IDLE_SECONDS, request=call.request
        ) as answer:
            fault: CloudFault | None = None
            if answer.status not in {200, 206}:
                whole = await answer.read()
                fault = fault_of_answer(
                    whole.status,
                    whole.headers,
                    whole.body,
                    request=call.request,
                    now=transport.clock.now(),
                )
            elif answer.status == 206 and not _starts_at(offset, answer.headers):
                fault = NotUnderstood("another part came than was asked for", request=call.request)
            transport.report(call, 1, began, fault or answer)
            if fault is not None:
                raise fault
            yield Download(offset if answer.status == 206 else 0, answer.chunks())


def _starts_at(offset: int, headers: Mapping[str, str]) -> bool:
    """True when `Content-Range: bytes 100-199/200` begins at `offset`."""
    content_range = headers.get("content-range", "")
    first = content_range.removeprefix("bytes ").partition("-")[0].strip()
    return first.isdecimal() and int(first) == offset
