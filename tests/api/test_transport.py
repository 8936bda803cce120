"""How requests travel: keys, attempts, redirects, secrets. Answers no honest server would give."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from rich.traceback import Traceback

from dedalus_tui.api.client import USER_AGENT, CloudClient
from dedalus_tui.api.keys import new_wish_key
from dedalus_tui.config.credentials import Credentials
from dedalus_tui.domain.faults import (
    CloudFault,
    InvalidState,
    NotFound,
    NotOffered,
    NotUnderstood,
    NotValid,
    RateLimited,
    RevisionMismatch,
    ServiceBroken,
    TimedOut,
    Unavailable,
    Unreachable,
)
from dedalus_tui.domain.machine import MachineChange, MachineSpec
from tests.api.clocks import QuickClock
from tests.api.scripted_server import Asked, Reply, ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dedalus_tui.api.exchange import Exchange

API_KEY = "sk-hush-hush"
X_API_KEY = "x-hush-hush"
HEADER_SECRET = "gate-hush-hush"
SECRETS = (API_KEY, X_API_KEY, HEADER_SECRET)
MACHINE = {"machine_id": "dm-1", "phase": "running", "desired_state": "running"}
SPEC = MachineSpec(vcpu=2, memory_mib=4096, storage_gib=10)


def client_of(base_url: str, **more: Any) -> CloudClient:
    return CloudClient(
        base_url=base_url,
        credentials=Credentials(api_key=API_KEY, x_api_key=X_API_KEY),
        custom_headers={"X-Gate": HEADER_SECRET},
        **{"clock": QuickClock(), **more},
    )


def in_turn(*answers: Reply | bytes | None) -> Callable[[Asked], Reply | bytes | None]:
    """A script that answers with each of these once, then repeats the last."""
    left: Iterator[Reply | bytes | None] = iter(answers)
    last = answers[-1]
    return lambda _: next(left, last)


async def test_a_read_says_who_we_are_and_nothing_else() -> None:
    async with ScriptedServer(in_turn(Reply(body=MACHINE))) as server:
        async with client_of(server.base_url, org_id="org-1") as client:
            await client.machines.get("dm-1")
        (asked,) = server.asked
    assert (asked.method, asked.target, asked.body) == ("GET", "/v1/machines/dm-1", b"")
    assert asked.headers["authorization"] == f"Bearer {API_KEY}"
    assert asked.headers["x-api-key"] == X_API_KEY
    assert asked.headers["x-gate"] == HEADER_SECRET
    assert asked.headers["x-dedalus-org-id"] == "org-1"
    assert asked.headers["user-agent"] == USER_AGENT
    assert asked.headers["accept"] == "application/json"
    assert "idempotency-key" not in asked.headers
    assert "content-type" not in asked.headers


async def test_asking_on_a_line_that_is_closed_is_a_fault_and_no_bug() -> None:
    async with ScriptedServer(in_turn(Reply(body=MACHINE))) as server:
        async with client_of(server.base_url) as client:
            await client.machines.get("dm-1")
        with pytest.raises(Unreachable, match="closed"):
            await client.machines.get("dm-1")
        assert len(server.asked) == 1


async def test_a_wish_keeps_its_key_and_body_over_all_attempts() -> None:
    answers = (
        Reply(503, {"error_code": "DEPENDENCY_UNAVAILABLE", "message": "", "retryable": True}),
        None,
        Reply(
            429,
            {"error_code": "RATE_LIMITED", "message": "", "retryable": True, "retry_after_ms": 250},
        ),
        Reply(202, MACHINE),
    )
    seen: list[Exchange] = []
    clock = QuickClock()
    key = new_wish_key()
    async with ScriptedServer(in_turn(*answers)) as server:
        async with client_of(server.base_url, observe=seen.append, clock=clock) as client:
            machine = await client.machines.create(SPEC, key=key)
        asked = server.asked
    assert machine.machine_id == "dm-1"
    assert [request.headers["idempotency-key"] for request in asked] == [key] * 4
    assert {request.body for request in asked} == {
        b'{"vcpu": 2, "memory_mib": 4096, "storage_gib": 10}'
    }
    assert [exchange.attempt for exchange in seen] == [1, 2, 3, 4]
    assert [exchange.status for exchange in seen] == [503, None, 429, 202]
    assert {exchange.wish_key for exchange in seen} == {key}
    assert [exchange.fault_code for exchange in seen] == [
        "DEPENDENCY_UNAVAILABLE",
        "connection_lost",
        "RATE_LIMITED",
        None,
    ]
    assert len(clock.waits) == 3
    assert 0.25 <= clock.waits[2] <= 0.3


@pytest.mark.parametrize(
    ("code", "kind"), [("REVISION_MISMATCH", RevisionMismatch), ("INVALID_STATE", InvalidState)]
)
async def test_a_conflict_is_not_sent_again(code: str, kind: type[CloudFault]) -> None:
    conflict = Reply(409, {"error_code": code, "message": "no", "retryable": True})
    async with ScriptedServer(in_turn(conflict)) as server:
        async with client_of(server.base_url) as client:
            with pytest.raises(kind):
                await client.machines.sleep("dm-1", key=new_wish_key())
        assert len(server.asked) == 1


async def test_a_read_gives_up_soon() -> None:
    clock = QuickClock()
    async with ScriptedServer(in_turn(Reply(502, "<html>", {}))) as server:
        async with client_of(server.base_url, clock=clock) as client:
            with pytest.raises(ServiceBroken):
                await client.machines.get("dm-1")
        assert len(server.asked) == 3
    assert sum(clock.waits) < 2


async def test_a_wish_that_may_have_arrived_never_ends_as_unreachable() -> None:
    """The first attempt was cut off after sending; then nobody listens any more."""
    async with ScriptedServer(in_turn(None)) as server:
        client = client_of(server.base_url)

        def hang_up_for_good(_: Asked) -> None:
            assert server._server is not None
            server._server.close()

        server.script = hang_up_for_good
        async with client:
            with pytest.raises(TimedOut) as caught:
                await client.machines.destroy("dm-1", key=new_wish_key())
        assert len(server.asked) == 1
    assert caught.value.code == "connection_lost"


async def test_a_wish_that_never_arrived_is_unreachable() -> None:
    async with ScriptedServer(in_turn(None)) as server:
        base_url = server.base_url
    async with client_of(base_url) as client:
        with pytest.raises(Unreachable) as caught:
            await client.machines.destroy("dm-1", key=new_wish_key())
    assert type(caught.value) is Unreachable
    assert caught.value.code == "connect_failed"
    assert "refused" in caught.value.message


async def test_a_name_nobody_knows_is_said() -> None:
    async with client_of("http://no-such-host.invalid") as client:
        with pytest.raises(Unreachable) as caught:
            await client.machines.get("dm-1")
    assert caught.value.code in {"name_failed", "proxy_failed"}


async def test_an_answer_that_does_not_come_in_time_is_timed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dedalus_tui.api.transport._READ_SECONDS", 0.05)
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"
    never = asyncio.Event()

    async def say_half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        await never.wait()
        writer.close()

    server = await asyncio.start_server(say_half, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with client_of(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(TimedOut):
            await client.machines.get("dm-1")
    never.set()
    server.close()


@pytest.mark.parametrize(
    "answer",
    [
        Reply(200, "<html>login</html>", {"content-type": "text/html"}),
        Reply(200, ""),
        Reply(200, b"\xff\xfe"),
        Reply(200, [1]),
        Reply(200, b"not gzip", {"content-encoding": "gzip"}),
    ],
)
async def test_an_answer_that_is_not_the_contracts_is_not_understood(answer: Reply) -> None:
    async with ScriptedServer(in_turn(answer)) as server, client_of(server.base_url) as client:
        with pytest.raises(NotUnderstood):
            await client.machines.get("dm-1")


@pytest.mark.parametrize(
    "garbage",
    [b"HTTP/1.1 banana\r\n\r\n", b"\x00\x01\x02", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"],
)
async def test_an_answer_that_is_not_http_is_a_lost_connection(garbage: bytes) -> None:
    async with ScriptedServer(in_turn(garbage)) as server, client_of(server.base_url) as client:
        with pytest.raises(TimedOut) as caught:
            await client.machines.get("dm-1")
    assert caught.value.code == "connection_lost"


async def test_an_answer_without_end_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dedalus_tui.api.wire.LARGEST_ANSWER", 1000)
    answer = Reply(200, b" " * 5000)
    async with ScriptedServer(in_turn(answer)) as server, client_of(server.base_url) as client:
        with pytest.raises(NotUnderstood, match="too large"):
            await client.machines.get("dm-1")


class TestRedirects:
    """Credentials stay with the host they were given for."""

    async def test_within_the_host_is_followed_with_credentials(self) -> None:
        answers = in_turn(
            Reply(308, "", {"location": "/v1/machines/dm-2?x=1"}), Reply(200, MACHINE)
        )
        async with ScriptedServer(answers) as server:
            async with client_of(server.base_url) as client:
                await client.machines.sleep("dm-1", key="k")
            first, second = server.asked
        assert second.target == "/v1/machines/dm-2?x=1"
        assert (second.method, second.headers["idempotency-key"]) == (first.method, "k")
        assert second.headers["authorization"] == first.headers["authorization"]

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_to_another_host_is_refused_and_nothing_is_sent_there(self, status: int) -> None:
        async with ScriptedServer(in_turn(Reply(200, MACHINE))) as thief:
            location = {"location": f"{thief.base_url}/v1/machines/dm-1"}
            async with (
                ScriptedServer(in_turn(Reply(status, "", location))) as server,
                client_of(server.base_url) as client,
            ):
                with pytest.raises(NotUnderstood, match="another host"):
                    await client.machines.get("dm-1")
                with pytest.raises(NotUnderstood, match="another host"):
                    await client.machines.wake("dm-1", key="k")
            assert thief.asked == []

    async def test_a_write_is_not_turned_into_a_read(self) -> None:
        answers = in_turn(Reply(303, "", {"location": "/v1/machines/dm-1"}))
        async with ScriptedServer(answers) as server, client_of(server.base_url) as client:
            with pytest.raises(NotUnderstood, match="write was redirected"):
                await client.machines.sleep("dm-1", key="k")
            assert len(server.asked) == 1

    async def test_a_circle_ends(self) -> None:
        answers = in_turn(Reply(302, "", {"location": "/v1/machines/dm-1"}))
        async with ScriptedServer(answers) as server, client_of(server.base_url) as client:
            with pytest.raises(NotUnderstood, match="too many redirects"):
                await client.machines.get("dm-1")
            assert len(server.asked) == 4


class TestAbilities:
    """A missing route is told from a missing machine, once."""

    async def test_a_missing_route_is_remembered(self) -> None:
        def script(asked: Asked) -> Reply:
            is_machine = asked.path == "/v1/machines/dm-1"
            return Reply(200, MACHINE) if is_machine else Reply(404, {"title": "Not Found"})

        async with ScriptedServer(script) as server, client_of(server.base_url) as client:
            assert client.abilities.offers("terminals") is None
            for _ in range(2):
                with pytest.raises(NotOffered):
                    await anext(client.terminals.pages("dm-1"))
            assert client.abilities.offers("terminals") is False
            paths = [asked.path for asked in server.asked]
            assert paths == ["/v1/machines/dm-1/terminals", "/v1/machines/dm-1"]

    async def test_a_missing_machine_says_nothing_about_the_route(self) -> None:
        async with (
            ScriptedServer(in_turn(Reply(404, {"title": "Not Found"}))) as server,
            client_of(server.base_url) as client,
        ):
            with pytest.raises(NotFound):
                await anext(client.terminals.pages("dm-1"))
            assert client.abilities.offers("terminals") is None

    async def test_a_missing_item_says_nothing_about_the_route(self) -> None:
        async with (
            ScriptedServer(in_turn(Reply(404, {"title": "Not Found"}))) as server,
            client_of(server.base_url) as client,
        ):
            with pytest.raises(NotFound):
                await client.previews.get("dm-1", "p-1")
            with pytest.raises(NotFound):
                await client.artifacts.delete("dm-1", "a-1", key="k")
            assert client.abilities.offers("previews") is None
            assert len(server.asked) == 2

    @pytest.mark.parametrize("status", [405, 501])
    async def test_other_ways_to_say_it(self, status: int) -> None:
        async with (
            ScriptedServer(in_turn(Reply(status, ""))) as server,
            client_of(server.base_url) as client,
        ):
            for _ in range(2):
                with pytest.raises(NotOffered):
                    await client.usage.summary()
            assert len(server.asked) == 1
            with pytest.raises(NotOffered):
                await client.usage.health()
            assert len(server.asked) == 2

    async def test_the_question_is_open_again_later(self) -> None:
        clock = QuickClock()
        answers = in_turn(Reply(501, ""), Reply(200, {"plan_slug": "pro"}))
        async with (
            ScriptedServer(answers) as server,
            client_of(server.base_url, clock=clock) as client,
        ):
            with pytest.raises(NotOffered):
                await client.usage.summary()
            await clock.sleep(2000)
            assert client.abilities.offers("usage") is None
            assert (await client.usage.summary()).plan_slug == "pro"
            assert client.abilities.offers("usage") is True

    async def test_a_route_closed_to_this_key_is_not_a_bad_key(self) -> None:
        answers = in_turn(Reply(401, "missing internal route signature"))
        async with ScriptedServer(answers) as server, client_of(server.base_url) as client:
            with pytest.raises(NotOffered) as caught:
                await client.machines.sleep("dm-1", key="k")
            assert caught.value.status == 401
            assert client.abilities.offers("sleep") is False
            assert client.abilities.offers("wake") is None

    async def test_what_was_offered_once_is_not_doubted(self) -> None:
        answers = in_turn(Reply(200, {"items": []}), Reply(404, {}))
        async with ScriptedServer(answers) as server, client_of(server.base_url) as client:
            assert [page.items async for page in client.terminals.pages("dm-1")] == [()]
            with pytest.raises(NotFound):
                await anext(client.terminals.pages("dm-1"))
            assert client.abilities.offers("terminals") is True
            assert len(server.asked) == 2


class TestPages:
    """A list is whole or it raises."""

    @staticmethod
    def page(number: int, cursor: str | None) -> Reply:
        row = MACHINE | {"machine_id": f"dm-{number}"}
        return Reply(200, {"items": [row], "next_cursor": cursor})

    async def test_cursors_are_followed_even_over_an_empty_page(self) -> None:
        answers = in_turn(
            self.page(1, "a b&c"),
            Reply(200, {"items": None, "next_cursor": "d"}),
            self.page(2, None),
        )
        async with ScriptedServer(answers) as server:
            async with client_of(server.base_url) as client:
                pages = [page async for page in client.machines.pages(limit=7)]
            queries = [asked.query for asked in server.asked]
        assert [row.machine_id for page in pages for row in page.items] == ["dm-1", "dm-2"]
        assert queries == ["limit=7", "limit=7&cursor=a+b%26c", "limit=7&cursor=d"]

    async def test_a_circle_is_not_a_whole_list(self) -> None:
        answers = in_turn(self.page(1, "a"), self.page(2, "b"), self.page(3, "a"))
        async with ScriptedServer(answers) as server, client_of(server.base_url) as client:
            with pytest.raises(NotUnderstood, match="circles"):
                [page async for page in client.machines.pages()]

    async def test_a_fault_on_a_later_page_is_raised(self) -> None:
        answers = in_turn(self.page(1, "a"), Reply(500, ""))
        async with ScriptedServer(answers) as server, client_of(server.base_url) as client:
            with pytest.raises(ServiceBroken):
                [page async for page in client.machines.pages()]

    async def test_a_refused_page_size_is_left_out(self) -> None:
        refusal = Reply(422, {"errors": [{"location": "query.limit", "message": "at most 50"}]})
        answers = in_turn(refusal, self.page(1, "a"), self.page(2, None))
        async with ScriptedServer(answers) as server:
            async with client_of(server.base_url) as client:
                pages = [page async for page in client.machines.pages(limit=100)]
            assert [asked.query for asked in server.asked] == ["limit=100", "", "cursor=a"]
        assert len(pages) == 2

    async def test_any_other_refusal_is_raised(self) -> None:
        refusal = Reply(422, {"errors": [{"location": "query.cursor", "message": "expired"}]})
        async with (
            ScriptedServer(in_turn(refusal)) as server,
            client_of(server.base_url) as client,
        ):
            with pytest.raises(NotValid):
                [page async for page in client.machines.pages()]


async def test_the_revision_is_sent_only_where_the_setting_says_so() -> None:
    change = MachineChange(vcpu=0.5, autosleep="1h")
    for is_sent in (False, True):
        async with ScriptedServer(in_turn(Reply(200, MACHINE))) as server:
            async with client_of(server.base_url, send_if_match=is_sent) as client:
                await client.machines.change("dm-1", change, key="k", revision="7")
            (asked,) = server.asked
        assert asked.headers.get("if-match") == ("7" if is_sent else None)
        assert asked.method == "PATCH"
        assert json.loads(asked.body) == {"vcpu": 0.5, "autosleep": "1h"}


async def test_ids_are_opaque_and_cannot_leave_their_place_in_the_path() -> None:
    async with ScriptedServer(in_turn(Reply(200, MACHINE))) as server:
        async with client_of(f"{server.base_url}/prefix/") as client:
            await client.machines.get("a b%41?x#y\u00fc")
            for bad in ("", ".", "..", "a/b", "a\nb", "\x00"):
                with pytest.raises(NotValid):
                    await client.machines.get(bad)
        (asked,) = server.asked
    assert asked.target == "/prefix/v1/machines/a%20b%2541%3Fx%23y%C3%BC"


async def test_no_more_than_six_requests_are_in_flight() -> None:
    most = now = 0
    gate = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most, now
        await reader.readuntil(b"\r\n\r\n")
        now += 1
        most = max(most, now)
        if most == 6:
            gate.set()
        await gate.wait()
        now -= 1
        writer.write(Reply(200, MACHINE, {"connection": "close"}).encoded())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with client_of(f"http://127.0.0.1:{port}") as client:
        await asyncio.gather(*(client.machines.get("dm-1") for _ in range(20)))
    server.close()
    assert most == 6


async def test_a_proxy_of_the_environment_is_not_used_for_this_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with (
        ScriptedServer(in_turn(Reply(200, MACHINE))) as server,
        client_of(server.base_url) as client,
    ):
        assert (await client.machines.get("dm-1")).phase == "running"


async def test_secrets_reach_no_log_no_repr_no_exchange_and_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[Exchange] = []
    console = Console(file=io.StringIO(), width=200)
    answers = in_turn(
        Reply(200, MACHINE), Reply(503, ""), None, Reply(401, {"error_code": "AUTH_INVALID"})
    )
    async with ScriptedServer(answers) as server:
        client = client_of(server.base_url, observe=seen.append)
        await client.machines.get("dm-1")
        for _ in range(3):
            try:
                await client.machines.create(SPEC, key=new_wish_key())
            except CloudFault as fault:
                trace = Traceback.from_exception(
                    type(fault), fault, fault.__traceback__, show_locals=True
                )
                console.print(trace, repr(fault), str(vars(fault)))
        console.print(repr(client), repr(vars(client)), repr(seen))
        await client.aclose()
    assert isinstance(console.file, io.StringIO)
    written = console.file.getvalue() + caplog.text
    assert "AUTH_INVALID" in written
    assert "Traceback" in written
    for secret in SECRETS:
        assert secret not in written


async def test_a_signature_in_a_download_address_is_seen_by_nobody_but_its_host() -> None:
    seen: list[Exchange] = []
    answers = in_turn(
        Reply(200, b"0123456789"),
        Reply(206, b"56789", {"content-range": "bytes 5-9/10"}),
        Reply(206, b"6789", {"content-range": "bytes 6-9/10"}),
        Reply(403, "<Error>Expired</Error>"),
    )
    async with ScriptedServer(answers) as store, ScriptedServer(in_turn(None)) as home:
        async with client_of(home.base_url, observe=seen.append) as client:
            artifact = client.artifacts._decoder.value(
                {"artifact_id": "a", "download_url": f"{store.base_url}/b/x?signature=hush"}
            )
            assert artifact is not None
            async with client.artifacts.download(artifact) as download:
                assert b"".join([chunk async for chunk in download.chunks]) == b"0123456789"
            async with client.artifacts.download(artifact, offset=5) as download:
                assert download.offset == 5
                assert b"".join([chunk async for chunk in download.chunks]) == b"56789"
            for kind in (NotUnderstood, CloudFault):
                with pytest.raises(kind) as caught:
                    async with client.artifacts.download(artifact, offset=5):
                        pytest.fail("it must not open")
                assert "hush" not in repr(vars(caught.value))
        assert store.asked[0].target == "/b/x?signature=hush"
        assert store.asked[1].headers["range"] == "bytes=5-"
        for asked in store.asked:
            assert not {"authorization", "x-api-key", "x-gate"} & set(asked.headers)
        assert home.asked == []
    assert "hush" not in repr(seen)
    assert "hush" not in repr(artifact)


async def test_a_rate_limit_that_lasts_is_told_with_its_delay() -> None:
    answer = Reply(
        429,
        {
            "error_code": "RATE_LIMITED",
            "message": "slow down",
            "retryable": True,
            "retry_after_ms": 60_000,
        },
    )
    async with ScriptedServer(in_turn(answer)) as server, client_of(server.base_url) as client:
        with pytest.raises(RateLimited) as caught:
            await client.machines.wake("dm-1", key="k")
        assert caught.value.retry_after == 60
        assert len(server.asked) == 1


async def test_without_a_word_an_unavailable_service_is_tried_for_about_half_a_minute() -> None:
    clock = QuickClock()
    async with (
        ScriptedServer(in_turn(Reply(503, ""))) as server,
        client_of(server.base_url, clock=clock) as client,
    ):
        with pytest.raises(Unavailable):
            await client.machines.wake("dm-1", key="k")
    assert 15 < clock.monotonic() <= 30
