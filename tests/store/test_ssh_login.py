"""What reaches ssh: checked values, private files, and nothing left behind."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedalus_tui.domain.ssh import HostTrust, SshConnection
from dedalus_tui.store import ssh_login
from dedalus_tui.store.ssh_login import SshTarget, UnsafeValueError

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 comment"
GOOD = SshConnection(
    endpoint="ssh.example.com",
    port=2222,
    ssh_username="dm-1",
    user_certificate="ssh-ed25519-cert-v01@openssh.com AAAAIHNz",
    host_trust=HostTrust(
        kind="cert_authority", host_pattern="[ssh.example.com]:2222", public_key=KEY
    ),
)

needs_keygen = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="no ssh-keygen on this computer"
)


def test_a_good_connection_passes() -> None:
    target = ssh_login.checked(GOOD)
    assert (target.address, target.port) == ("dm-1@ssh.example.com", 2222)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        replace(GOOD, endpoint=""),
        replace(GOOD, endpoint="-oProxyCommand=touch /tmp/owned"),
        replace(GOOD, endpoint="host name"),
        replace(GOOD, endpoint="host\nHost *"),
        replace(GOOD, port=None),
        replace(GOOD, port=0),
        replace(GOOD, port=65_536),
        replace(GOOD, ssh_username="-l root"),
        replace(GOOD, ssh_username="a b"),
        replace(GOOD, ssh_username=""),
        replace(GOOD, user_certificate=None),
        replace(GOOD, user_certificate="ssh-ed25519 AAAA\nssh-ed25519 BBBB"),
        replace(GOOD, host_trust=None),
        replace(GOOD, host_trust=HostTrust(kind="tofu", host_pattern="*", public_key=KEY)),
        replace(
            GOOD,
            host_trust=HostTrust(kind="cert_authority", host_pattern="* x", public_key=KEY),
        ),
        replace(GOOD, host_trust=HostTrust(kind="cert_authority", host_pattern="*", public_key="")),
    ],
)
def test_a_bad_value_never_reaches_ssh(bad: SshConnection | None) -> None:
    with pytest.raises(UnsafeValueError):
        ssh_login.checked(bad)


@given(st.text(max_size=40))
def test_whatever_passes_is_one_harmless_word(text: str) -> None:
    for changed in (replace(GOOD, endpoint=text), replace(GOOD, ssh_username=text)):
        try:
            target = ssh_login.checked(changed)
        except UnsafeValueError:
            continue
        assert not target.address.startswith("-")
        assert not any(each.isspace() or not each.isprintable() for each in target.address)


@needs_keygen
async def test_the_directory_is_private_and_goes_away(tmp_path: Path) -> None:
    identity = await ssh_login.make_identity(tmp_path)
    target = ssh_login.checked(GOOD)
    identity.accept(target)
    assert stat.S_IMODE(identity.directory.stat().st_mode) == 0o700
    for file in (identity.key, identity.certificate_file, identity.known_hosts):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    argv = identity.ssh_argv(target)
    assert argv[0] == "ssh"
    assert argv[-2:] == ["--", "dm-1@ssh.example.com"]
    identity.discard()
    assert not identity.directory.exists()


@needs_keygen
async def test_a_crash_is_swept_and_a_living_program_is_not(tmp_path: Path) -> None:
    program = (
        "import asyncio, pathlib, sys\n"
        "from dedalus_tui.store import ssh_login\n"
        "print(asyncio.run(ssh_login.make_identity(pathlib.Path(sys.argv[1]))).directory)\n"
    )
    left = subprocess.run(  # noqa: ASYNC221  # a program that ends without cleaning up
        [sys.executable, "-c", program, str(tmp_path)], check=True, capture_output=True, text=True
    ).stdout.strip()
    mine = await ssh_login.make_identity(tmp_path)
    assert {str(path) for path in tmp_path.iterdir()} == {left, str(mine.directory)}
    assert ssh_login.sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [mine.directory]
    assert ssh_login.sweep(tmp_path / "missing") == 0


async def test_a_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ssh_login.ProgramMissingError) as raised:
        await ssh_login.make_identity(tmp_path / "ssh")
    assert raised.value.program == "ssh"
    assert not (tmp_path / "ssh").exists()


def target() -> SshTarget:
    return ssh_login.checked(GOOD)


def test_a_host_block_is_appended_once_and_never_over_another(tmp_path: Path) -> None:
    config = tmp_path / ".ssh" / "config"
    block = ssh_login.host_block("scraper", target(), tmp_path / "my key", tmp_path)
    assert ssh_login.append_host_block(config, "scraper", block) is True
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert ssh_login.append_host_block(config, "scraper", block) is False
    assert config.read_text().count("Host scraper") == 1
    config.write_text("Host work scraper2 other\n    User me")
    assert ssh_login.append_host_block(config, "scraper2", block) is False
    assert ssh_login.append_host_block(config, "scraper", block) is True
    assert config.read_text().startswith("Host work scraper2 other\n    User me\n\nHost scraper\n")


@pytest.mark.skipif(shutil.which("ssh") is None, reason="no ssh on this computer")
def test_openssh_reads_the_block_as_meant(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text(ssh_login.host_block("m1", target(), tmp_path / "my key", tmp_path))
    told = subprocess.run(
        ["ssh", "-G", "-F", str(config), "m1"], check=True, capture_output=True, text=True
    ).stdout
    assert "hostname ssh.example.com\n" in told
    assert "port 2222\n" in told
    assert f"identityfile {tmp_path / 'my key'}\n" in told


def test_an_alias_that_is_no_word_is_refused() -> None:
    for alias in ("a b", "*", "-x", "x\nHost *"):
        with pytest.raises(UnsafeValueError):
            ssh_login.host_block(alias, target(), Path("key"), Path())


async def test_copies_of_commands_quote_what_needs_it(tmp_path: Path) -> None:
    public = tmp_path / "my key.pub"
    public.write_text(KEY + "\n")
    if shutil.which("ssh") is None:
        pytest.skip("no ssh on this computer")
    identity = ssh_login.configured_identity(tmp_path / "run", tmp_path / "my key")
    assert identity.public_key == KEY
    assert not identity.is_ephemeral
    for text in (
        ssh_login.scp_command(identity, target()),
        ssh_login.rsync_command(identity, target()),
    ):
        assert "dm-1@ssh.example.com:" in text
        assert f"'{tmp_path}/my key'" in text or f"'\"'\"'{tmp_path}/my key" in text
