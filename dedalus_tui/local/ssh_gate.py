"""A real SSH server for the machines: certificates only, each for exactly one machine.

The gate has a host key, a host CA that vouches for it, and a user CA, all made anew by each
server. It lets in a user certificate of its own CA whose principal is the machine's id, while that
machine has a live session; passwords, bare keys and forwarding are refused. A login is a shell or
command in the machine's home, on a real PTY where asked for; sftp and scp see the home as `/`.
"""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING

import asyncssh

from dedalus_tui.local.child import PIPE, Child
from dedalus_tui.local.shell_session import TRAMPOLINE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Environment = Callable[[str], dict[str, str]]
    Started = Callable[[int, str], None]
    Ended = Callable[[str, int, float], None]
    Begin = Callable[[str], Callable[[], None]]

HOST = "127.0.0.1"
_ALGORITHM = "ssh-ed25519"
_SHELLS = ("/bin/bash", "/bin/sh")
_CHUNK = 64 * 1024
_BACKDATED = 60
"""Seconds a certificate is valid before it was made, for clocks that disagree a little."""


class SshGate:
    """The listening server; logins are told to it and told by it."""

    def __init__(
        self,
        *,
        home: Callable[[str], Path],
        environment: Environment,
        started: Started,
        ended: Ended,
        begin: Begin,
        is_open: Callable[[str], bool],
    ) -> None:
        """`is_open(machine_id)` says whether a login is welcome now; `begin` counts it as use.

        `started(pid, machine_id)` and `ended(machine_id, pid, CPU seconds)` hear of its processes.
        """
        self.home = home
        self.environment = environment
        self.started = started
        self.ended = ended
        self.begin = begin
        self.is_open = is_open
        self.port = 0
        self._host_ca = asyncssh.generate_private_key(_ALGORITHM)
        self._user_ca = asyncssh.generate_private_key(_ALGORITHM)
        self._connections: dict[str, set[asyncssh.SSHServerConnection]] = {}
        self._acceptor: asyncssh.SSHAcceptor | None = None

    async def open(self) -> None:
        """Listen on a free loopback port."""
        host_key = asyncssh.generate_private_key(_ALGORITHM)
        certificate = self._host_ca.generate_host_certificate(
            host_key, "dedalus local cloud", principals=[HOST]
        )
        self._acceptor = await asyncssh.listen(
            HOST,
            0,
            server_host_keys=[(host_key, certificate)],
            server_factory=lambda: _Login(self),
            process_factory=self._run,
            sftp_factory=self._sftp,
            allow_scp=True,
            encoding=None,
            line_editor=False,
            agent_forwarding=False,
            x11_forwarding=False,
            gss_host=None,
            login_timeout=30,
        )
        self.port = self._acceptor.get_port()

    async def close(self) -> None:
        """Stop listening and hang up on everybody."""
        if self._acceptor is not None:
            self._acceptor.close()
        for machine_id in list(self._connections):
            self.hang_up(machine_id)
        if self._acceptor is not None:
            await self._acceptor.wait_closed()

    @property
    def host_pattern(self) -> str:
        """What a known_hosts line for the host CA starts with."""
        return f"[{HOST}]:{self.port}"

    @property
    def host_ca(self) -> str:
        """The host CA's public key, as one line."""
        return _line(self._host_ca.export_public_key())

    def certificate(self, public_key: str, machine_id: str, name: str, seconds: float) -> str:
        """A user certificate for that machine alone; raises ValueError for what is no key."""
        try:
            key = asyncssh.import_public_key(public_key)
        except asyncssh.KeyImportError as error:
            raise ValueError("expected an OpenSSH public key") from error
        made = self._user_ca.generate_user_certificate(
            key,
            name,
            principals=[machine_id],
            valid_after=f"-{_BACKDATED}s",
            valid_before=f"{int(seconds):+d}s",
            permit_agent_forwarding=False,
            permit_port_forwarding=False,
            permit_x11_forwarding=False,
        )
        return _line(made.export_certificate())

    def is_user_ca(self, key: asyncssh.SSHKey) -> bool:
        """Whether a certificate signed by this key is one of ours."""
        return key.public_data == self._user_ca.public_data

    def hang_up(self, machine_id: str) -> None:
        """End every login of a machine."""
        for connection in list(self._connections.get(machine_id, ())):
            connection.close()

    def entered(self, connection: asyncssh.SSHServerConnection, machine_id: str) -> None:
        """A login succeeded."""
        self._connections.setdefault(machine_id, set()).add(connection)

    def left(self, connection: asyncssh.SSHServerConnection, machine_id: str) -> None:
        """A login is over."""
        self._connections.get(machine_id, set()).discard(connection)

    def _sftp(self, channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        machine_id = channel.get_connection().get_extra_info("username")
        return asyncssh.SFTPServer(channel, chroot=os.fsencode(self.home(machine_id)))

    async def _run(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        machine_id: str = process.get_extra_info("username")
        shell = next(path for path in _SHELLS if os.access(path, os.X_OK))
        argv = [shell, "-c", process.command] if process.command else [shell, "-l"]
        environment = {**self.environment(machine_id), "SHELL": shell}
        run = _run_on_pipes if process.term_type is None else _run_on_pty
        try:
            code = await run(process, machine_id, argv, environment, self)
        except OSError as error:
            process.stderr.write(f"{error.strerror}\r\n".encode())
            code = 126
        # A shell that died of a signal is told as that signal, as OpenSSH does.
        if code < 0:
            process.exit_with_signal(_signal_name(-code))
        else:
            process.exit(code)
        await process.wait_closed()


class _Login(asyncssh.SSHServer):
    """One connection: lets in the right certificate and counts as use of the machine."""

    def __init__(self, gate: SshGate) -> None:
        self._gate = gate
        self._connection: asyncssh.SSHServerConnection | None = None
        self._machine_id = ""
        self._end_use: Callable[[], None] | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        self._machine_id = username
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_ca_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._gate.is_user_ca(key) and self._gate.is_open(username)

    def auth_completed(self) -> None:
        assert self._connection is not None
        self._end_use = self._gate.begin(self._machine_id)
        self._gate.entered(self._connection, self._machine_id)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._gate.left(self._connection, self._machine_id)
        if self._end_use is not None:
            self._end_use()


async def _run_on_pipes(
    process: asyncssh.SSHServerProcess[bytes],
    machine_id: str,
    argv: list[str],
    environment: dict[str, str],
    gate: SshGate,
) -> int:
    child = Child(
        argv,
        cwd=gate.home(machine_id),
        environment=environment,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        leads_session=True,
    )
    ended = _watched(child, machine_id, gate)
    try:
        writer = await _writer(child)
        feeding = asyncio.create_task(_feed(process.stdin, writer, child))
        try:
            await asyncio.gather(
                _carry(await _reader(child.stdout), process.stdout),
                _carry(await _reader(child.stderr), process.stderr),
            )
            return await ended
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
            writer.close()
    finally:
        child.signal_group(signal.SIGHUP)


def _watched(child: Child, machine_id: str, gate: SshGate) -> asyncio.Future[int]:
    """Count the child as the machine's; the future is its return code."""
    ended = asyncio.get_running_loop().create_future()

    def on_exit(code: int, cpu_seconds: float) -> None:
        gate.ended(machine_id, child.pid, cpu_seconds)
        if not ended.done():
            ended.set_result(code)

    gate.started(child.pid, machine_id)
    child.reap(on_exit)
    return ended


async def _reader(file: IO[bytes] | None) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), file
    )
    return reader


async def _writer(child: Child) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), child.stdin
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)


async def _carry(source: asyncio.StreamReader, sink: asyncssh.SSHWriter[bytes]) -> None:
    """What the child writes, at the pace the client takes it."""
    while chunk := await source.read(_CHUNK):
        sink.write(chunk)
        await sink.drain()


async def _feed(
    source: asyncssh.SSHReader[bytes], sink: asyncio.StreamWriter, child: Child
) -> None:
    """What the client sends, at the pace the child takes it; its signals too."""
    with suppress(BrokenPipeError, ConnectionResetError):
        while True:
            try:
                chunk = await source.read(_CHUNK)
            except asyncssh.SignalReceived as received:
                _signal(child, received.signal)
                continue
            except asyncssh.BreakReceived:
                _signal(child, "INT")
                continue
            if not chunk:
                break
            sink.write(chunk)
            await sink.drain()
        sink.close()


async def _run_on_pty(
    process: asyncssh.SSHServerProcess[bytes],
    machine_id: str,
    argv: list[str],
    environment: dict[str, str],
    gate: SshGate,
) -> int:
    ours, theirs = pty.openpty()
    name = f"-{os.path.basename(argv[0])}" if argv[1:] == ["-l"] else os.path.basename(argv[0])
    try:
        child = Child(
            [
                sys.executable,
                "-ISs",
                TRAMPOLINE,
                argv[0],
                name,
                *(argv[1:] if argv[1:] != ["-l"] else []),
            ],
            cwd=gate.home(machine_id),
            environment={
                **environment,
                "TERM": process.term_type or "dumb",
                "COLORTERM": "truecolor",
            },
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
    except OSError:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    ended = _watched(child, machine_id, gate)
    try:
        await process.redirect(stdin=os.dup(ours), stdout=ours)
        return await ended
    finally:
        child.signal_group(signal.SIGHUP)


def _signal(child: Child, name: str) -> None:
    """Send a signal by its ssh name to a living child's group; unknown names are ignored."""
    number = getattr(signal, f"SIG{name}", None)
    if isinstance(number, signal.Signals):
        child.signal_group(number)


def _line(exported: bytes) -> str:
    return exported.decode("ascii").strip()


def _signal_name(number: int) -> str:
    return signal.Signals(number).name.removeprefix("SIG")
