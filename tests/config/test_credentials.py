"""Where the key is found, in which order, and that it shows nowhere."""

from __future__ import annotations

import stat
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from dedalus_tui.config.credentials import (
    Credentials,
    CredentialsError,
    find_credentials,
    is_key_at_hand,
    keep_key,
    usable_key,
)
from dedalus_tui.config.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

KEY = "sk-hush-hush"
URL = "https://cloud.example"


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keyring this computer has is not the tests' to read."""
    monkeypatch.setitem(sys.modules, "keyring", None)


def printing(text: str, status: int = 0) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys; print({text!r}); sys.exit({status})")


def test_the_environment_gives_both_kinds(tmp_path: Path) -> None:
    environ = {"DEDALUS_API_KEY": f" {KEY}\n", "DEDALUS_X_API_KEY": "x-hush"}
    found = find_credentials(Settings(), environ, file=tmp_path / "none")
    assert found is not None
    assert found.headers() == {"authorization": f"Bearer {KEY}", "x-api-key": "x-hush"}
    assert KEY not in repr(found)
    assert "x-hush" not in repr(found)
    assert "environment" in found.source


def test_nothing_anywhere_is_none(tmp_path: Path) -> None:
    environ = {"DEDALUS_API_KEY": " "}
    assert find_credentials(Settings(), environ, file=tmp_path / "none") is None
    assert Credentials().headers() == {}


def test_a_command_prints_the_key(tmp_path: Path) -> None:
    settings = Settings(api_key_command=printing(KEY))
    found = find_credentials(settings, {}, file=tmp_path / "none")
    assert found is not None
    assert found.api_key == KEY


def test_the_environment_goes_before_the_command_unless_the_profile_was_named_by_a_flag(
    tmp_path: Path,
) -> None:
    environ = {"DEDALUS_API_KEY": "from-environment"}
    for is_explicit, expected in ((False, "from-environment"), (True, KEY)):
        settings = Settings(api_key_command=printing(KEY), is_profile_explicit=is_explicit)
        found = find_credentials(settings, environ, file=tmp_path / "none")
        assert found is not None
        assert found.api_key == expected


@pytest.mark.parametrize(
    "command",
    [
        printing("", 0),
        printing(KEY, 3),
        printing("two words"),
        printing("line\nline"),
        ("/no/such/program",),
    ],
)
def test_a_command_that_gives_no_key_is_named_and_not_quoted(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    settings = Settings(api_key_command=command)
    with pytest.raises(CredentialsError, match="api_key_command") as caught:
        find_credentials(settings, {}, file=tmp_path / "none")
    assert KEY not in str(caught.value)
    assert "words" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "  ", "sch\u00f6n", "a\nb", "a b", "a\x00", "x" * 10_000])
def test_what_no_header_can_hold_is_no_key(key: str) -> None:
    with pytest.raises(CredentialsError, match="pasted"):
        usable_key(key, "pasted")


def test_a_kept_key_is_found_again_for_its_base_url_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "credentials.json"
    assert keep_key(KEY, URL, file=file) == str(file)
    assert keep_key("other", "https://other.example", file=file) == str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = find_credentials(Settings(base_url=URL), {}, file=file)
    assert found is not None
    assert found.api_key == KEY
    assert found.warning == ""
    assert find_credentials(Settings(base_url="https://third.example"), {}, file=file) is None


def test_a_file_others_can_read_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    keep_key(KEY, URL, file=file)
    file.chmod(0o644)
    found = find_credentials(Settings(base_url=URL), {}, file=file)
    assert found is not None
    assert "chmod 600" in found.warning
    assert KEY not in found.warning


@pytest.mark.parametrize("content", ["[]", "{", "\udcff"])
def test_a_broken_file_is_said_and_never_overwritten(tmp_path: Path, content: str) -> None:
    file = tmp_path / "credentials.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CredentialsError, match="cannot be read"):
        find_credentials(Settings(base_url=URL), {}, file=file)
    with pytest.raises(CredentialsError, match="cannot be read"):
        keep_key(KEY, URL, file=file)
    assert file.read_bytes() == content.encode("utf-8", "surrogateescape")


class FakeKeyring:
    """The two functions of `keyring` that are used, and its exception."""

    class KeyringError(Exception):
        """As the package's own."""

    def __init__(self, *, is_broken: bool = False) -> None:
        self.errors = SimpleNamespace(KeyringError=self.KeyringError)
        self.kept: dict[tuple[str, str], str] = {}
        self.is_broken = is_broken

    def get_password(self, service: str, name: str) -> str | None:
        if self.is_broken:
            raise self.KeyringError("no backend")
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, password: str) -> None:
        if self.is_broken:
            raise self.KeyringError("no backend")
        self.kept[service, name] = password


def install(monkeypatch: pytest.MonkeyPatch, keyring: FakeKeyring) -> None:
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", keyring.errors)


def test_a_keyring_is_preferred_and_the_file_only_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = FakeKeyring()
    install(monkeypatch, keyring)
    file = tmp_path / "credentials.json"
    assert "keyring" in keep_key(KEY, URL, file=file)
    assert KEY not in file.read_text()
    assert list(keyring.kept.values()) == [KEY]
    settings = Settings(base_url=URL)
    found = find_credentials(settings, {}, file=file)
    assert found is not None
    assert found.api_key == KEY
    assert is_key_at_hand(settings, {}, file=file)


def test_a_keyring_that_lost_the_key_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = FakeKeyring()
    install(monkeypatch, keyring)
    file = tmp_path / "credentials.json"
    keep_key(KEY, URL, file=file)
    keyring.kept.clear()
    with pytest.raises(CredentialsError, match="keyring"):
        find_credentials(Settings(base_url=URL), {}, file=file)


def test_a_keyring_without_a_backend_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, FakeKeyring(is_broken=True))
    file = tmp_path / "credentials.json"
    assert keep_key(KEY, URL, file=file) == str(file)
    found = find_credentials(Settings(base_url=URL), {}, file=file)
    assert found is not None
    assert found.source == str(file)


def test_whether_there_is_a_key_is_known_without_running_anything(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    settings = Settings(base_url=URL)
    assert not is_key_at_hand(settings, {"DEDALUS_API_KEY": " "}, file=file)
    assert is_key_at_hand(settings, {"DEDALUS_X_API_KEY": KEY}, file=file)
    assert is_key_at_hand(Settings(api_key_command=("/no/such/program",)), {}, file=file)
    keep_key(KEY, URL, file=file)
    assert is_key_at_hand(settings, {}, file=file)
    file.write_text("{")
    assert is_key_at_hand(settings, {}, file=file), "asking for it will say what is wrong"
