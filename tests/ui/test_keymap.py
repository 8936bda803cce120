"""Keys in effect, commands, and the bridge: small parts around the app."""

from __future__ import annotations

from textual.app import App

from dedalus_tui.actions.action import SCREENS
from dedalus_tui.actions.registry import ACTIONS
from dedalus_tui.ui.bindings import key_words, screen_bindings
from dedalus_tui.ui.bridge import Bridge
from dedalus_tui.ui.command_line import COMMANDS, complete, offers
from dedalus_tui.ui.keymap import effective_keys


def test_without_settings_every_action_keeps_its_keys() -> None:
    made = effective_keys({})
    assert made.problems == ()
    assert made.overrides == {}
    assert made.keys == {action.id: action.keys for action in ACTIONS}


def test_a_free_key_replaces_the_old_ones() -> None:
    made = effective_keys({"machine.sleep": ("f5", "f6")})
    assert made.problems == ()
    assert made.keys["machine.sleep"] == ("f5", "f6")
    assert made.overrides == {"machine.sleep": "f5,f6"}


def test_two_actions_can_swap_their_keys() -> None:
    made = effective_keys({"machine.sleep": ("w",), "machine.wake": ("s",)})
    assert made.problems == ()
    assert made.overrides == {"machine.sleep": "w", "machine.wake": "s"}


def test_what_would_take_a_key_away_is_left_out_and_told() -> None:
    made = effective_keys({"machine.sleep": ("D",), "no.such": ("v",), "machine.wake": ()})
    assert made.overrides == {}
    assert len(made.problems) == 3
    assert any("destroy" in problem for problem in made.problems)


def test_every_binding_is_known_by_an_action_id() -> None:
    ids = {action.id for action in ACTIONS}
    for place in SCREENS:
        for binding in screen_bindings(place):
            assert not isinstance(binding, tuple)
            assert binding.id is not None
            assert binding.id in ids or binding.id.rpartition(".")[0] in ids


def test_keys_are_written_as_people_write_them() -> None:
    assert key_words(["ctrl+r"]) == "ctrl-r"
    assert key_words(["question_mark"]) == "?"
    assert key_words(["enter"], is_ascii=True) == "enter"
    assert key_words([]) == ""


def test_commands_complete_as_far_as_there_is_one_way_on() -> None:
    assert complete("sle") == "sleep "
    assert complete("sort ph") == "sort phase "
    assert complete("theme l") == "theme light "
    assert complete("nothing like it") == "nothing like it"
    assert set(offers("re")) == {"refresh", "resize"}
    assert len({name for command in COMMANDS for name in command.names}) == sum(
        len(command.names) for command in COMMANDS
    )


async def test_the_bridge_tells_the_first_change_at_once_and_the_rest_once_a_frame() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        bridge = Bridge(app)
        heard: list[frozenset[tuple[str, ...]]] = []
        bridge.signal.subscribe(app, heard.append, immediate=True)
        bridge.hear(frozenset({("machine", "a")}))
        for number in range(50):
            bridge.hear(frozenset({("machine", str(number))}))
        assert heard == [{("machine", "a")}]
        while len(heard) < 2:
            await pilot.pause()
        assert len(heard[1]) == 50
