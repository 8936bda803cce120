"""One ssh login with a certificate: checked values, a private directory, the argument list.

The procedure is contract section 7's. Everything the service gives is checked before it reaches a
file or an argument, so that no answer can smuggle in an option, a second line or a proxy command.
The directory (mode 0700) holds a throw-away key; it is gone afterwards, and `sweep` removes what a
crash left behind.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedalus_tui.domain.ssh import SshConnection

KEYGEN_SECONDS = 20.0
_PREFIX = "ssh-"
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]+\]?")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._\-]*")
_PATTERN = re.compile(r"[A-Za-z0-9*?.,:\[\]!_\-]+")
_KEY_LINE = re.compile(r"[A-Za-z0-9@.\-]+ [A-Za-z0-9+/=]+( [\x21-\x7e ]*)?")
_LONGEST_LINE = 32_768


class UnsafeValueError(ValueError):
    """The service gave a value that must not reach ssh; its text names the field."""


class ProgramMissingError(Exception):
    """`ssh` or `ssh-keygen` is not installed; `program` says which."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program


class KeyNotMadeError(Exception):
    """`ssh-keygen` did not make a key; its text says what it said."""


@dataclass(frozen=True, slots=True)
class SshTarget:
    """Where and as whom to connect, checked."""

    host: str
    port: int
    user: str
    certificate: str
    host_pattern: str
    host_ca: str

    @property
    def address(self) -> str:
        """user@host"""
        return f"{self.user}@{self.host}"


def checked(connection: SshConnection | None) -> SshTarget:
    """The connection's values, each proved harmless. Raises UnsafeValueError."""
    if connection is None:
        raise UnsafeValueError("the service gave no connection")
    trust = connection.host_trust
    if trust is None or trust.kind != "cert_authority":
        raise UnsafeValueError("the service did not say how the host proves itself")
    port = connection.port
    if port is None or not 1 <= port <= 65_535:
        raise UnsafeValueError("port is not a TCP port")
    return SshTarget(
        host=_matching("endpoint", connection.endpoint, _HOST),
        port=port,
        user=_matching("ssh_username", connection.ssh_username, _USER),
        certificate=_key_line("user_certificate", connection.user_certificate or ""),
        host_pattern=_matching("host_pattern", trust.host_pattern, _PATTERN),
        host_ca=_key_line("host_trust.public_key", trust.public_key),
    )


def _matching(name: str, value: str, pattern: re.Pattern[str]) -> str:
    # A leading dash would be taken for an option.
    if not pattern.fullmatch(value) or value.startswith("-") or len(value) > 253:
        raise UnsafeValueError(f"{name} is not what it should be")
    return value


def _key_line(name: str, value: str) -> str:
    line = value.strip()
    if len(line) > _LONGEST_LINE or not _KEY_LINE.fullmatch(line):
        raise UnsafeValueError(f"{name} is not one line of an OpenSSH key")
    return line


class SshIdentity:
    """A key pair in a private directory, and what one login needs beside it."""

    def __init__(self, directory: Path, key: Path, public_key: str, *, is_own: bool) -> None:
        """Use `make_identity` or `configured_identity`."""
        self.directory = directory
        self.key = key
        self.public_key = public_key
        self._is_own = is_own

    @property
    def is_ephemeral(self) -> bool:
        """True when the key is thrown away with the directory."""
        return self._is_own

    @property
    def certificate_file(self) -> Path:
        """Where the certificate lies once `accept` was called."""
        return self.directory / "key-cert.pub"

    @property
    def known_hosts(self) -> Path:
        """Where the host CA lies once `accept` was called."""
        return self.directory / "known_hosts"

    def accept(self, target: SshTarget) -> None:
        """Write the certificate and the host CA beside the key, readable by nobody else."""
        _write_private(self.certificate_file, target.certificate + "\n")
        line = f"@cert-authority {target.host_pattern} {target.host_ca}\n"
        _write_private(self.known_hosts, line)

    def options(self) -> list[str]:
        """The options that make ssh, scp and sftp use this identity and trust this host only."""
        return [
            "-i", str(self.key),
            "-o", f"CertificateFile={self.certificate_file}",
            "-o", f"UserKnownHostsFile={self.known_hosts}",
            "-o", "GlobalKnownHostsFile=/dev/null",
            "-o", "StrictHostKeyChecking=yes",
            "-o", "IdentitiesOnly=yes",
        ]  # fmt: skip

    def ssh_argv(self, target: SshTarget, command: Sequence[str] = ()) -> list[str]:
        """The argument list of the login."""
        return ["ssh", *self.options(), "-p", str(target.port), "--", target.address, *command]

    def discard(self) -> None:
        """Remove the directory and everything in it."""
        shutil.rmtree(self.directory, ignore_errors=True)


async def make_identity(parent: Path) -> SshIdentity:
    """A fresh ed25519 key without passphrase in a private directory under `parent`.

    Raises ProgramMissingError or KeyNotMadeError; nothing is left behind then.
    """
    for program in ("ssh", "ssh-keygen"):
        if shutil.which(program) is None:
            raise ProgramMissingError(program)
    directory = _private_directory(parent)
    key = directory / "key"
    try:
        await _keygen(key)
        public_key = key.with_suffix(".pub").read_text().strip()
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return SshIdentity(directory, key, public_key, is_own=True)


def configured_identity(parent: Path, key: Path) -> SshIdentity:
    """The person's own key: `key` is the private file, its public half lies beside it as `.pub`.

    Raises ProgramMissingError; OSError when the public half cannot be read.
    """
    if shutil.which("ssh") is None:
        raise ProgramMissingError("ssh")
    public_key = key.with_name(key.name + ".pub").read_text().strip()
    return SshIdentity(_private_directory(parent), key, public_key, is_own=False)


async def _keygen(key: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "dedalus-tui", "-f", str(key),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(KEYGEN_SECONDS):
            _, errors = await process.communicate()
    except TimeoutError:
        raise KeyNotMadeError("ssh-keygen did not answer") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise KeyNotMadeError(errors.decode(errors="replace").strip() or "ssh-keygen failed")


def _private_directory(parent: Path) -> Path:
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The owner's pid is in the name, so that a later start knows whether it is still in use.
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def sweep(parent: Path) -> int:
    """Remove the directories of programs that are no longer running; returns how many."""
    removed = 0
    if not parent.is_dir():
        return removed
    for path in parent.glob(f"{_PREFIX}*-*"):
        pid = path.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not _is_running(int(pid)):
            shutil.rmtree(path, ignore_errors=True)
            removed += 1
    return removed


def _is_running(pid: int) -> bool:
    if pid == os.getpid():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def command_line(argv: Sequence[str]) -> str:
    """The argument list as one would type it."""
    return shlex.join(argv)


def scp_command(identity: SshIdentity, target: SshTarget, source: str = "FILE") -> str:
    """A command line that copies a file to the machine's home."""
    return command_line(
        ["scp", *identity.options(), "-P", str(target.port), source, f"{target.address}:"]
    )


def rsync_command(identity: SshIdentity, target: SshTarget, source: str = "DIRECTORY/") -> str:
    """A command line that mirrors a directory to the machine's home."""
    shell = command_line(["ssh", *identity.options(), "-p", str(target.port)])
    return command_line(["rsync", "-az", "-e", shell, source, f"{target.address}:{source}"])


def host_block(alias: str, target: SshTarget, key: Path, files: Path) -> str:
    """A `Host` block for ~/.ssh/config that logs in as `ssh alias`, with lasting files in `files`.

    `alias` must be a plain word. Raises UnsafeValueError.
    """
    _matching("alias", alias, _USER)
    return (
        f"Host {alias}\n"
        f"    HostName {target.host}\n"
        f"    Port {target.port}\n"
        f"    User {target.user}\n"
        f"    IdentityFile {_quoted(key)}\n"
        f"    CertificateFile {_quoted(files / f'{alias}-cert.pub')}\n"
        f"    UserKnownHostsFile {_quoted(files / f'{alias}.known_hosts')}\n"
        "    GlobalKnownHostsFile /dev/null\n"
        "    StrictHostKeyChecking yes\n"
        "    IdentitiesOnly yes\n"
    )


def _quoted(path: Path) -> str:
    text = str(path)
    return f'"{text}"' if re.search(r"\s", text) else text


def keep_files(identity: SshIdentity, files: Path, alias: str) -> None:
    """Copy what a Host block of that alias refers to into `files` (mode 0700). Raises OSError."""
    files.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_private(files / f"{alias}-cert.pub", identity.certificate_file.read_text())
    _write_private(files / f"{alias}.known_hosts", identity.known_hosts.read_text())
    if identity.is_ephemeral:
        _write_private(files / alias, identity.key.read_text())


def append_host_block(config: Path, alias: str, block: str) -> bool:
    """Append the block to an ssh config, unless it has a Host of that name; True when written.

    The file is made (mode 0600) where missing and never rewritten. Raises OSError.
    """
    held = ""
    with suppress(FileNotFoundError):
        held = config.read_text(errors="surrogateescape")
    if re.search(
        rf"^\s*Host\s+(.*\s)?{re.escape(alias)}(\s|$)", held, re.MULTILINE | re.IGNORECASE
    ):
        return False
    config.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a") as file:
        file.write(("" if not held or held.endswith("\n") else "\n") + "\n" + block)
    return True
