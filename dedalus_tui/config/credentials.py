"""The API key: where it comes from, and how it never leaves by accident.

Order: a profile named on the command line with a key of its own; the environment
(`DEDALUS_API_KEY`, `DEDALUS_X_API_KEY`); the profile's `api_key_command`; a key pasted into the
program earlier, from the system keyring or a private file. Some of these run programs: call off
the loop's thread.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from dedalus_tui.config import system_keyring
from dedalus_tui.config.paths import is_readable_by_others, write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dedalus_tui.config.settings import Settings

_COMMAND_SECONDS = 60
_VARIABLES = ("DEDALUS_API_KEY", "DEDALUS_X_API_KEY")
_KEYRING = "the system keyring"
_LONGEST_KEY = 8192


class CredentialsError(Exception):
    """A key was meant to come from somewhere and could not; the text says from where and why."""


class Credentials(NamedTuple):
    """What proves who we are. Its repr tells the source and hides the values."""

    api_key: str | None = None
    """Sent as `Authorization: Bearer`."""
    x_api_key: str | None = None
    """Sent as `x-api-key`; both are sent when both are set, as the official SDKs do."""
    source: str = ""
    """Where it was found, in words fit for a person."""
    warning: str = ""
    """Something a person should know about that place."""

    def __repr__(self) -> str:
        return f"Credentials(source={self.source!r}, warning={self.warning!r})"

    def headers(self) -> dict[str, str]:
        """The request headers; secret."""
        found: dict[str, str] = {}
        if self.api_key:
            found["authorization"] = f"Bearer {self.api_key}"
        if self.x_api_key:
            found["x-api-key"] = self.x_api_key
        return found


def find_credentials(
    settings: Settings, environ: Mapping[str, str], *, file: Path
) -> Credentials | None:
    """The key to use; None when there is none anywhere. Raises CredentialsError."""
    if settings.is_profile_explicit and settings.api_key_command:
        return _from_command(settings.api_key_command)
    found = _from_environment(environ)
    if found is None and settings.api_key_command:
        found = _from_command(settings.api_key_command)
    return found or _kept(file, settings.base_url)


def is_key_at_hand(settings: Settings, environ: Mapping[str, str], *, file: Path) -> bool:
    """True when `find_credentials` has somewhere to look; runs no program, so is quick."""
    if settings.api_key_command:
        return True
    if any(environ.get(name, "").strip() for name in _VARIABLES):
        return True
    try:
        return settings.base_url in _entries(file)
    except CredentialsError:
        return True  # asking for the key will say what is wrong with the file


def usable_key(text: str, source: str) -> str:
    """`text` without blanks around it. Raises CredentialsError if no header can hold it."""
    key = text.strip()
    if not key:
        raise CredentialsError(f"{source}: the key is empty")
    if not key.isascii() or not key.isprintable() or " " in key or len(key) > _LONGEST_KEY:
        raise CredentialsError(f"{source}: this is not a key: it must be one word of ASCII")
    return key


def keep_key(key: str, base_url: str, *, file: Path) -> str:
    """Keep a pasted key for the next start, in the keyring if there is one; says where it is.

    Raises OSError when the file cannot be written.
    """
    entries = _entries(file)
    is_in_keyring = system_keyring.keep_key(base_url, key)
    entries[base_url] = None if is_in_keyring else key
    write_private(file, json.dumps(entries, indent=2) + "\n")
    return _KEYRING if is_in_keyring else str(file)


def _from_environment(environ: Mapping[str, str]) -> Credentials | None:
    bearer, plain = (environ.get(name, "") for name in _VARIABLES)
    if not bearer.strip() and not plain.strip():
        return None
    return Credentials(
        api_key=usable_key(bearer, "DEDALUS_API_KEY") if bearer.strip() else None,
        x_api_key=usable_key(plain, "DEDALUS_X_API_KEY") if plain.strip() else None,
        source="the environment",
    )


def _from_command(command: tuple[str, ...]) -> Credentials:
    import subprocess

    source = f"api_key_command ({command[0]})"
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
    except OSError as error:
        raise CredentialsError(f"{source}: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise CredentialsError(f"{source}: no key within {_COMMAND_SECONDS} s") from None
    if done.returncode != 0:
        raise CredentialsError(f"{source}: ended with status {done.returncode}")
    return Credentials(
        api_key=usable_key(done.stdout.decode("utf-8", "replace"), source), source=source
    )


def _kept(file: Path, base_url: str) -> Credentials | None:
    entries = _entries(file)
    if base_url not in entries:
        return None
    key = entries[base_url]
    if key is None:
        key = system_keyring.find_key(base_url)
        if key is None:
            raise CredentialsError(f"{_KEYRING} does not give the key that was kept in it")
        return Credentials(api_key=usable_key(key, _KEYRING), source=_KEYRING)
    warning = ""
    if is_readable_by_others(file):
        warning = f"others can read {file}, which holds your API key: chmod 600 it"
    return Credentials(api_key=usable_key(key, str(file)), source=str(file), warning=warning)


def _entries(file: Path) -> dict[str, str | None]:
    """Keys by base URL; None stands for one that the system keyring holds."""
    try:
        data = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise CredentialsError(f"{file}: cannot be read; delete it to begin anew") from None
    if not isinstance(data, dict):
        raise CredentialsError(f"{file}: cannot be read; delete it to begin anew")
    return {url: key for url, key in data.items() if key is None or isinstance(key, str)}
