"""Flags > environment > config file > defaults → Settings. The only reader of the three.

A profile named by a flag counts as a flag, so `--profile prod` is never half overruled by a
variable that was exported for another deployment; a profile named elsewhere counts as file.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from dedalus_tui.config import values
from dedalus_tui.config.settings import Rates, Settings, TerminalSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class SettingsError(Exception):
    """A setting that cannot be used. Its text names source, key and what is wrong with it."""

    def __init__(self, source: str, key: str, message: str) -> None:
        """`message` never repeats the value, which may be a secret."""
        super().__init__(f"{source}: {key}: {message}" if key else f"{source}: {message}")
        self.source = source
        self.key = key
        self.message = message


class Flags(NamedTuple):
    """What the command line said; None where it said nothing."""

    profile: str | None = None
    base_url: str | None = None
    org_id: str | None = None
    read_only: bool | None = None
    theme: str | None = None
    ascii: bool | None = None
    motion: bool | None = None
    mouse: bool | None = None


_ENVIRONMENT: dict[str, tuple[str, Callable[[object], Any]]] = {
    "base_url": ("DEDALUS_BASE_URL", values.base_url),
    "org_id": ("DEDALUS_ORG_ID", values.text),
    "custom_headers": ("DEDALUS_CUSTOM_HEADERS", values.header_lines),
    "profile": ("DEDALUS_TUI_PROFILE", values.text),
}
_PROFILE: dict[str, Callable[[object], Any]] = {
    "base_url": values.base_url,
    "org_id": values.text,
    "api_key_command": values.command,
    "if_match": values.flag,
    "read_only": values.flag,
    "header_colour": values.colour,
}
_FILE: dict[str, Callable[[object], Any]] = {
    **_PROFILE,
    "profile": values.text,
    "theme": values.text,
    "ascii": values.flag,
    "motion": values.flag,
    "mouse": values.flag,
    "refresh_seconds": values.number(least=1, most=3600),
    "error_patterns": values.patterns,
    "ssh_public_key": values.path,
    "keys": values.keys,
}
_RATES: dict[str, Callable[[object], Any]] = {
    "currency": values.text,
    "vcpu_hour": values.number(least=0),
    "memory_gib_hour": values.number(least=0),
    "disk_gib_hour": values.number(least=0),
    "as_of": values.day,
}
_TERMINAL: dict[str, Callable[[object], Any]] = {
    "scrollback_lines": values.whole(least=0, most=1_000_000),
    "leave_key": values.text,
    "allows_clipboard": values.flag,
    "rings_bell": values.flag,
}
_TABLES = {"rates", "terminal", "profiles"}


def load_settings(flags: Flags, environ: Mapping[str, str], file: Path) -> Settings:
    """The settings in force. A missing file is no error. Raises SettingsError."""
    written = _File(file)
    environment = _from_environment(environ)
    profile = flags.profile or environment.get("profile") or written.general.get("profile") or ""
    if profile and profile not in written.profiles:
        source = "--profile" if flags.profile else str(file)
        known = ", ".join(sorted(written.profiles)) or "none is defined"
        raise SettingsError(source, profile, f"no such profile in {file} ({known})")
    of_profile = written.profiles.get(profile, {})
    layers = [dict(written.general)]
    layers += [environment, of_profile] if flags.profile else [of_profile, environment]
    layers.append(_from_flags(flags, environ))
    merged: dict[str, Any] = {}
    for layer in layers:
        merged.update(layer)
    merged["profile"] = profile
    warnings = [*written.warnings, *_warnings_of(merged)]
    return Settings(
        **merged,
        is_profile_explicit=flags.profile is not None,
        rates=written.rates,
        terminal=written.terminal,
        warnings=tuple(warnings),
    )


def _from_flags(flags: Flags, environ: Mapping[str, str]) -> dict[str, Any]:
    said = {
        name: getattr(flags, name)
        for name in ("org_id", "read_only", "theme", "ascii", "motion", "mouse")
        if getattr(flags, name) is not None
    }
    if flags.base_url is not None:
        said["base_url"] = _read("command line", "--base-url", values.base_url, flags.base_url)
    if environ.get("NO_MOTION"):
        said.setdefault("motion", False)
    return said


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for name, (variable, reader) in _ENVIRONMENT.items():
        value = environ.get(variable, "")
        if value.strip():
            found[name] = _read("environment", variable, reader, value)
    return found


def _warnings_of(merged: Mapping[str, Any]) -> list[str]:
    parts = urlsplit(merged.get("base_url", ""))
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK_HOSTS:
        return [f"the base URL {parts.scheme}://{parts.netloc} sends the API key unencrypted"]
    return []


def _read(source: str, key: str, reader: Callable[[object], Any], value: object) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise SettingsError(source, key, str(error)) from None


class _File:
    """The settings file, read and checked as a whole, profiles that are not in use included."""

    def __init__(self, file: Path) -> None:
        self._source = str(file)
        self.warnings: list[str] = []
        data = self._parse(file)
        profiles = self._table(data, "profiles")
        rates = self._table(data, "rates")
        self.general = self._fields("", data, _FILE, tables=_TABLES)
        self.profiles = {
            name: self._fields(f"profiles.{name}.", self._table(profiles, name), _PROFILE)
            for name in profiles
        }
        self.terminal = TerminalSettings(
            **self._fields("terminal.", self._table(data, "terminal"), _TERMINAL)
        )
        self.rates = self._rates(rates) if rates else None
        if "keys" in self.general:
            self.general["keys"] = MappingProxyType(self.general["keys"])

    def _parse(self, file: Path) -> dict[str, Any]:
        try:
            text = file.read_text("utf-8")
        except FileNotFoundError:
            return {}
        except UnicodeDecodeError:
            raise SettingsError(self._source, "", "not a text file in UTF-8") from None
        except OSError as error:
            raise SettingsError(self._source, "", f"cannot be read: {error.strerror}") from None
        # Here and not above: most people have no file, and the first paint waits for imports.
        import tomllib

        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(self._source, "", f"not TOML: {error}") from None

    def _table(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        table = data.get(key, {})
        if not isinstance(table, dict):
            raise SettingsError(self._source, key, "must be a table")
        return table

    def _fields(
        self,
        prefix: str,
        data: Mapping[str, Any],
        readers: Mapping[str, Callable[[object], Any]],
        *,
        tables: set[str] | frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        found = {}
        for key, value in data.items():
            if key in readers:
                found[key] = _read(self._source, prefix + key, readers[key], value)
            elif key not in tables:
                # Not an error: a file may serve several versions of this program.
                self.warnings.append(f"{self._source}: {prefix}{key}: no such setting")
        return found

    def _rates(self, data: Mapping[str, Any]) -> Rates:
        found = self._fields("rates.", data, _RATES)
        for needed in ("vcpu_hour", "memory_gib_hour", "disk_gib_hour"):
            if needed not in found:
                raise SettingsError(self._source, f"rates.{needed}", "missing")
        return Rates(**found)
