"""Flags, environment, profiles and file: which one wins, and what an error says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedalus_tui.config.load import Flags, SettingsError, load_settings
from dedalus_tui.config.settings import DEFAULT_BASE_URL, Settings, TerminalSettings

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
theme = "light"
refresh_seconds = 5
ssh_public_key = "~/.ssh/id_ed25519.pub"
error_patterns = ["^E\\\\d+"]

[keys]
"machine.sleep" = "f2"
"machine.wake" = ["w", "f3"]
"machine.destroy" = []

[rates]
currency = "EUR "
vcpu_hour = 0.045
memory_gib_hour = 0.0146
disk_gib_hour = 0
as_of = 2026-08-31

[terminal]
scrollback_lines = 500
leave_key = "f12"

[profiles.prod]
base_url = "https://prod.example/api/"
org_id = "org-prod"
read_only = true
header_colour = "red"
api_key_command = "pass show 'dedalus prod'"
if_match = true

[profiles.dev]
base_url = "http://127.0.0.1:8080"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    return path


def test_nothing_anywhere_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(Flags(), {}, tmp_path / "none.toml") == Settings()


def test_the_file_is_read(file: Path) -> None:
    settings = load_settings(Flags(), {}, file)
    assert settings.theme == "light"
    assert settings.refresh_seconds == 5
    assert settings.keys == {
        "machine.sleep": ("f2",),
        "machine.wake": ("w", "f3"),
        "machine.destroy": (),
    }
    assert settings.terminal == TerminalSettings(scrollback_lines=500, leave_key="f12")
    assert settings.rates is not None
    assert settings.rates.as_of == "2026-08-31"
    assert settings.rates.currency == "EUR"
    assert settings.ssh_public_key is not None
    assert settings.ssh_public_key.is_absolute()
    assert settings.base_url == DEFAULT_BASE_URL
    assert settings.warnings == ()


def test_a_profile_named_by_a_flag_goes_before_the_environment(file: Path) -> None:
    environ = {"DEDALUS_BASE_URL": "https://other.example", "DEDALUS_ORG_ID": "org-other"}
    settings = load_settings(Flags(profile="prod"), environ, file)
    assert settings.base_url == "https://prod.example/api"
    assert settings.org_id == "org-prod"
    assert settings.is_profile_explicit
    assert settings.read_only
    assert settings.if_match
    assert settings.api_key_command == ("pass", "show", "dedalus prod")


def test_the_environment_goes_before_a_profile_named_elsewhere(file: Path) -> None:
    environ = {"DEDALUS_TUI_PROFILE": "prod", "DEDALUS_BASE_URL": "https://other.example"}
    settings = load_settings(Flags(), environ, file)
    assert settings.profile == "prod"
    assert settings.base_url == "https://other.example"
    assert settings.org_id == "org-prod"
    assert not settings.is_profile_explicit


def test_flags_go_before_everything(file: Path) -> None:
    flags = Flags(
        profile="prod",
        base_url="https://flag.example/",
        org_id="org-flag",
        read_only=False,
        theme="dark",
        ascii=True,
        motion=False,
        mouse=False,
    )
    settings = load_settings(flags, {"DEDALUS_BASE_URL": "https://other.example"}, file)
    assert settings.base_url == "https://flag.example"
    assert settings.org_id == "org-flag"
    assert not settings.read_only
    assert (settings.theme, settings.ascii, settings.motion, settings.mouse) == (
        "dark",
        True,
        False,
        False,
    )


def test_the_file_may_name_the_profile(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('profile = "p"\n[profiles.p]\norg_id = "o"\n')
    assert load_settings(Flags(), {}, path).org_id == "o"


def test_custom_headers_come_from_the_environment_and_stay_out_of_the_repr(file: Path) -> None:
    environ = {"DEDALUS_CUSTOM_HEADERS": "X-Gate: hush-hush\n\nX-Other:  b : c \n"}
    settings = load_settings(Flags(), environ, file)
    assert settings.custom_headers == {"X-Gate": "hush-hush", "X-Other": "b : c"}
    assert "hush-hush" not in repr(settings)


def test_no_motion_is_heard_unless_a_flag_speaks(file: Path) -> None:
    assert not load_settings(Flags(), {"NO_MOTION": "1"}, file).motion
    assert load_settings(Flags(motion=True), {"NO_MOTION": "1"}, file).motion


def test_an_unknown_setting_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("colour = 1\n[terminal]\nscrolback_lines = 3\n[profiles.a]\norg = 'x'\n")
    warnings = load_settings(Flags(), {}, path).warnings
    assert [warning.split(": ", 1)[1] for warning in warnings] == [
        "colour: no such setting",
        "profiles.a.org: no such setting",
        "terminal.scrolback_lines: no such setting",
    ]


def test_an_unencrypted_base_url_is_a_warning_unless_it_is_this_computer(tmp_path: Path) -> None:
    none = tmp_path / "none.toml"
    far = load_settings(Flags(base_url="http://far.example"), {}, none)
    near = load_settings(Flags(base_url="http://127.0.0.1:9"), {}, none)
    assert "unencrypted" in far.warnings[0]
    assert near.warnings == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("refresh_seconds = 0", "refresh_seconds"),
        ("refresh_seconds = true", "refresh_seconds"),
        ("theme = 3", "theme"),
        ('theme = ""', "theme"),
        ("ascii = 'yes'", "ascii"),
        ("error_patterns = ['(']", "error_patterns"),
        ("error_patterns = 'x'", "error_patterns"),
        ("terminal = 3", "terminal"),
        ("[terminal]\nscrollback_lines = -1", "terminal.scrollback_lines"),
        ("[keys]\n'machine.sleep' = 3", "keys"),
        ("keys = 3", "keys"),
        ("[rates]\nvcpu_hour = 1", "rates.memory_gib_hour"),
        ("[rates]\nvcpu_hour = -1", "rates.vcpu_hour"),
        ("[rates]\nas_of = 'soon'", "rates.as_of"),
        ("[profiles.x]\nbase_url = 'ftp://x'", "profiles.x.base_url"),
        ("[profiles.x]\nbase_url = 'https://u:secret@x'", "profiles.x.base_url"),
        ("[profiles.x]\nbase_url = 'https://x:99999'", "profiles.x.base_url"),
        ("[profiles.x]\nheader_colour = 'Red!'", "profiles.x.header_colour"),
        ('[profiles.x]\napi_key_command = "\'"', "profiles.x.api_key_command"),
        ("[profiles.x]\napi_key_command = [1]", "profiles.x.api_key_command"),
        ("[profiles.x]\napi_key_command = ['']", "profiles.x.api_key_command"),
        ("profiles = 1", "profiles"),
        ("profile = 'nope'", "nope"),
    ],
)
def test_an_error_names_source_and_key_and_never_the_value(
    tmp_path: Path, text: str, key: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(Flags(), {}, path)
    assert caught.value.key == key
    assert caught.value.source == str(path)
    assert str(path) in str(caught.value)
    assert key in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "variable"),
    [
        ({"DEDALUS_BASE_URL": "nowhere"}, "DEDALUS_BASE_URL"),
        ({"DEDALUS_CUSTOM_HEADERS": "X-A: ok\nsecret"}, "DEDALUS_CUSTOM_HEADERS"),
        ({"DEDALUS_CUSTOM_HEADERS": "X-A: sécret"}, "DEDALUS_CUSTOM_HEADERS"),
        ({"DEDALUS_ORG_ID": "a\nb"}, "DEDALUS_ORG_ID"),
    ],
)
def test_an_error_in_the_environment_names_the_variable(
    tmp_path: Path, environ: dict[str, str], variable: str
) -> None:
    with pytest.raises(SettingsError, match=f"environment: {variable}: ") as caught:
        load_settings(Flags(), environ, tmp_path / "none.toml")
    assert "secret" not in str(caught.value)


def test_a_bad_flag_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="command line: --base-url"):
        load_settings(Flags(base_url="x"), {}, tmp_path / "none.toml")


def test_an_unknown_profile_lists_the_known(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"--profile: nope: .*dev, prod"):
        load_settings(Flags(profile="nope"), {}, file)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = = b", b"["])
def test_a_file_that_is_not_toml_is_an_error_of_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_settings(Flags(), {}, path)
    assert caught.value.source == str(path)


def test_a_directory_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(Flags(), {}, tmp_path)
