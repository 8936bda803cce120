"""The ssh gate, knocked on by the real OpenSSH client."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.local import harness

if TYPE_CHECKING:
    from pathlib import Path

    from dedalus_tui.local.ssh_gate import SshGate
    from dedalus_tui.local.world import World

pytestmark = pytest.mark.skipif(
    shutil.which("ssh") is None or shutil.which("ssh-keygen") is None,
    reason="no OpenSSH client on this computer",
)

SIZE = {"vcpu": 1, "memory_mib": 1024, "storage_gib": 10, "autosleep": "never"}


def gate_of(world: World) -> SshGate:
    assert world.ssh.gate is not None
    return world.ssh.gate


class Person:
    """Somebody with a key pair and a private directory, who uses the system's ssh."""

    def __init__(self, cloud: harness.RunningCloud, folder: Path) -> None:
        self.cloud = cloud
        self.folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)
        self.key = folder / "key"
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key)], check=True
        )
        self.public_key = self.key.with_suffix(".pub").read_text().strip()
        self.requests = 0

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        self.requests += 1
        headers = {"Idempotency-Key": f"{self.folder.name}-{self.requests}"}
        status, _, document = self.cloud.ask("POST", path, body, headers=headers)
        assert status in (200, 202), document
        assert isinstance(document, dict)
        return document

    def machine(self) -> str:
        return str(self.post("/v1/machines", SIZE)["machine_id"])

    def session(self, machine_id: str) -> dict[str, Any]:
        return self.post(f"/v1/machines/{machine_id}/ssh", {"public_key": self.public_key})

    def options(self, connection: dict[str, Any], *, certificate: bool = True) -> list[str]:
        """The arguments of contract section 7's procedure."""
        trust = connection["host_trust"]
        known = self.folder / "known_hosts"
        known.write_text(f"@cert-authority {trust['host_pattern']} {trust['public_key']}\n")
        options = ["-i", str(self.key), "-F", os.devnull]
        if certificate:
            file = self.folder / "key-cert.pub"
            file.write_text(connection["user_certificate"] + "\n")
            options += ["-o", f"CertificateFile={file}"]
        for option in (
            f"UserKnownHostsFile={known}",
            "GlobalKnownHostsFile=/dev/null",
            "StrictHostKeyChecking=yes",
            "IdentitiesOnly=yes",
            "IdentityAgent=none",
            "BatchMode=yes",
            "ConnectTimeout=20",
        ):
            options += ["-o", option]
        return options

    async def ssh(
        self,
        connection: dict[str, Any],
        *command: str,
        user: str | None = None,
        certificate: bool = True,
        tty: bool = False,
        stdin: bytes = b"",
    ) -> tuple[int, bytes, bytes]:
        options = self.options(connection, certificate=certificate)
        target = f"{user or connection['ssh_username']}@{connection['endpoint']}"
        port = str(connection["port"])
        argv = ["ssh", *options, *(["-tt"] if tty else []), "-p", port, "--", target, *command]
        return await run(argv, stdin)


async def run(argv: list[str], stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate(stdin)
    assert process.returncode is not None
    return process.returncode, output, errors


async def test_the_certificate_opens_its_machine(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        person = Person(cloud, tmp_path / "a")
        machine_id = person.machine()
        session = person.session(machine_id)
        assert session["status"] == "ready"
        connection = session["connection"]
        code, output, errors = await person.ssh(
            connection, 'pwd; echo "$DEDALUS_MACHINE_ID"; exit 7'
        )
        assert (code, errors) == (7, b"")
        home, told = output.decode().split()
        _, _, inside = cloud.ask("GET", f"/_local/machines/{machine_id}")
        assert home == f"{inside['directory']}/home"
        assert told == machine_id


async def test_nothing_else_opens_it(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        person, stranger = Person(cloud, tmp_path / "a"), Person(cloud, tmp_path / "b")
        first, second = person.machine(), person.machine()
        connection = person.session(first)["connection"]
        other = person.session(second)["connection"]
        refused = 255
        without = await person.ssh(connection, "true", certificate=False)
        assert without[0] == refused
        for_another = await person.ssh(other, "true", user=first)
        assert for_another[0] == refused
        # A stranger's key with a certificate that is not for it.
        assert (await stranger.ssh(connection, "true"))[0] == refused
        assert (await person.ssh(connection, "true"))[0] == 0


async def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        person = Person(cloud, tmp_path / "a")
        machine_id = person.machine()
        valid = person.session(machine_id)["connection"]
        certificate = await cloud.inside(
            lambda world: gate_of(world).certificate(person.public_key, machine_id, "old", -1)
        )
        # The machine has a live session, so only the certificate's own dates can refuse.
        assert (await person.ssh({**valid, "user_certificate": certificate}, "true"))[0] == 255
        assert (await person.ssh(valid, "true"))[0] == 0


async def test_a_login_has_a_real_terminal(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        person = Person(cloud, tmp_path / "a")
        connection = person.session(person.machine())["connection"]
        code, output, _ = await person.ssh(
            connection, tty=True, stdin=b'stty size; tty; echo "T=$TERM"; exit 3\n'
        )
        assert code == 3
        assert b"/dev/" in output
        assert b"user@dm-" in output


async def test_logins_are_metered(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        person = Person(cloud, tmp_path / "person")
        machine_id = person.machine()
        connection = person.session(machine_id)["connection"]
        loop = "'import time\nwhile time.process_time() < 0.2: pass'"
        for tty in (False, True):
            code, _, _ = await person.ssh(connection, f"{sys.executable} -c {loop}", tty=tty)
            assert code == 0
        _, _, document = cloud.ask("GET", f"/v1/usage/machines/compute?machine_id={machine_id}")
        used = sum(row["cpu_millicore_seconds"] for row in document["rows"])
        assert 400 <= used < 1400


async def test_sleep_ends_the_login(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        person = Person(cloud, tmp_path / "a")
        machine_id = person.machine()
        session = person.session(machine_id)
        login = asyncio.create_task(person.ssh(session["connection"], "echo in; sleep 600"))

        async def users() -> int:
            return int(cloud.ask("GET", f"/_local/machines/{machine_id}")[2]["users"])

        # The server runs on another thread's loop; there is no event to wait for.
        while await users() == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        person.post(f"/v1/machines/{machine_id}/sleep")
        code, _, _ = await login
        assert code != 0
        path = f"/v1/machines/{machine_id}/ssh/{session['session_id']}"
        assert cloud.ask("GET", path)[2]["status"] == "closed"
        assert await users() == 0
        assert (await person.ssh(session["connection"], "true"))[0] == 255


async def test_closing_the_session_shuts_the_door(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        person = Person(cloud, tmp_path / "a")
        machine_id = person.machine()
        session = person.session(machine_id)
        path = f"/v1/machines/{machine_id}/ssh/{session['session_id']}"
        assert cloud.ask("DELETE", path)[2]["status"] == "closed"
        assert (await person.ssh(session["connection"], "true"))[0] == 255


async def test_sftp_carries_fifty_megabytes_both_ways(tmp_path: Path) -> None:
    if shutil.which("sftp") is None:
        pytest.skip("no sftp client on this computer")
    async with await harness.serve(tmp_path) as cloud:
        person = Person(cloud, tmp_path / "a")
        machine_id = person.machine()
        connection = person.session(machine_id)["connection"]
        data = os.urandom(1 << 20) * 50
        (tmp_path / "up").write_bytes(data)
        target = f"{machine_id}@{connection['endpoint']}"
        argv = [
            "sftp", "-q", *person.options(connection), "-P", str(connection["port"]), "-b", "-",
            target,
        ]  # fmt: skip
        batch = f"put {tmp_path}/up data.bin\nget data.bin {tmp_path}/down\nls /\n"
        code, _, errors = await run(argv, batch.encode())
        assert code == 0, errors
        assert (tmp_path / "down").read_bytes() == data
        _, _, inside = cloud.ask("GET", f"/_local/machines/{machine_id}")
        kept = await asyncio.to_thread(
            lambda: (tmp_path.parent / inside["directory"] / "home" / "data.bin").read_bytes()
        )
        assert kept == data


async def test_a_sleeping_machine_is_woken_first(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path, pace="real") as cloud:
        person = Person(cloud, tmp_path / "a")
        machine_id = person.machine()
        await cloud.freeze()
        await cloud.step(10)
        person.post(f"/v1/machines/{machine_id}/sleep")
        await cloud.step(10)
        session = person.session(machine_id)
        assert session["status"] == "wake_in_progress"
        assert "connection" not in session
        await cloud.step(10)
        path = f"/v1/machines/{machine_id}/ssh/{session['session_id']}"
        assert cloud.ask("GET", path)[2]["status"] == "ready"


async def test_what_is_no_key_is_refused_beside_its_field(tmp_path: Path) -> None:
    async with await harness.serve(tmp_path) as cloud:
        person = Person(cloud, tmp_path / "a")
        path = f"/v1/machines/{person.machine()}/ssh"
        headers = {"Idempotency-Key": "bad"}
        status, _, problem = cloud.ask("POST", path, {"public_key": "ssh-rsa!"}, headers=headers)
        assert status == 422
        assert problem["errors"][0]["location"] == "body.public_key"
