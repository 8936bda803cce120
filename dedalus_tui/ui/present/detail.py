"""A machine's whole lifecycle status in labelled lines, for pane and strip. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.attention import why_attention
from dedalus_tui.domain.cost import asleep_per_hour, awake_per_hour
from dedalus_tui.domain.idleness import Outlook
from dedalus_tui.domain.machine import Phase
from dedalus_tui.ui.present.facts import Fact, fact, fact_lines
from dedalus_tui.ui.present.machine import (
    desired_span,
    journey_words,
    outlook_of,
    phase_span,
    sleeps_in_span,
)
from dedalus_tui.ui.present.question import activity_line
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.sizes import estimate_words
from dedalus_tui.ui.present.text import plain
from dedalus_tui.ui.present.units import (
    NONE,
    age,
    autosleep,
    clock_time,
    duration,
    memory_words,
    money,
    seconds_since,
    storage_words,
    vcpu,
)

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.domain.network import Gateway, NetworkPlace
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line, Span
    from dedalus_tui.ui.present.row import MachineRow

_GAP = ("   ", Role.TEXT)
_PUBLIC_WORDS = "for anybody who has the address, as last listed"
_THIN_WORDS = "not said in the list; asking for the whole status"


def overview_lines(
    row: MachineRow,
    now: datetime,
    signs: Glyphs,
    *,
    width: int,
    rates: Rates | None = None,
    seen_at: datetime | None = None,
    zone: tzinfo | None = None,
) -> tuple[Line, ...]:
    """Everything known of the machine itself; sessions and history are others' business."""
    facts = [
        *_state_facts(row, now, signs, zone),
        Fact("", ()),
        *_size_facts(row),
        _sleep_fact(row, now, signs),
        *_cost_facts(row, rates),
        Fact("", ()),
        *_label_facts(row, now, signs, seen_at, zone),
    ]
    if row.network is not None:
        facts += _network_facts(row.network)
    return fact_lines(facts, width)


def strip_lines(
    row: MachineRow,
    now: datetime,
    signs: Glyphs,
    *,
    width: int,
    zone: tzinfo | None = None,
) -> tuple[Line, ...]:
    """The machine in four to six lines beneath a list."""
    machine, status = row.machine, row.machine.status
    state = _phase_spans(row, signs)
    if words := journey_words(row):
        state.append((f" {signs.dot} {words}", Role.BUSY))
    state += [_GAP, ("wanted ", Role.MUTED), desired_span(machine, signs)]
    if status is not None:
        state += [_GAP, *_since_spans(row, now, zone)]
    facts = [Fact("State", tuple(state)), *_trouble_facts(row, now)]
    if status is not None and status.reason:
        facts.append(fact("Reason", plain(status.reason)))
    size = (
        f"{vcpu(machine.vcpu)} vCPU, {memory_words(machine.memory_mib)}, "
        f"{storage_words(machine.storage_gib)} disk"
    )
    facts.append(
        Fact(
            "Size",
            (
                (size, Role.TEXT),
                _GAP,
                ("autosleep ", Role.MUTED),
                (autosleep(machine.autosleep_seconds), Role.TEXT),
                _GAP,
                *_sleeps_spans(row, now, signs),
            ),
        )
    )
    about = [(plain(row.machine_id), Role.TEXT)]
    if row.label.tags:
        about += [_GAP, (plain(" ".join(row.label.tags)), Role.ACCENT)]
    facts.append(Fact("Id", tuple(about)))
    if row.label.note:
        facts.append(fact("Note", plain(row.label.note)))
    return fact_lines(facts, width)[:6]


def running_lines(row: MachineRow, now: datetime, *, most: int = 8) -> tuple[Line, ...]:
    """What is seen running on it now."""
    if row.machine.phase == Phase.SLEEPING:
        return ((("nothing: it is asleep", Role.MUTED),),)
    if row.activities is None:
        return ((("nobody has looked yet", Role.MUTED),),)
    running = [activity for activity in row.activities if not activity.is_over]
    if not running:
        return ((("nothing seen", Role.MUTED),),)
    lines = [activity_line(activity, now) for activity in running[:most]]
    if len(running) > most:
        lines.append(((f"and {len(running) - most} more", Role.MUTED),))
    return tuple(lines)


def _state_facts(row: MachineRow, now: datetime, signs: Glyphs, zone: tzinfo | None) -> list[Fact]:
    machine, status = row.machine, row.machine.status
    state = _phase_spans(row, signs)
    if words := journey_words(row):
        state.append((f" {signs.dot} {words}", Role.BUSY))
    state += [_GAP, ("wanted ", Role.MUTED), desired_span(machine, signs)]
    if status is None:
        return [
            Fact("State", tuple(state)),
            *_trouble_facts(row, now),
            fact("Status", _THIN_WORDS, Role.MUTED),
        ]
    if status.revision:
        state += [_GAP, ("revision ", Role.MUTED), (plain(status.revision), Role.TEXT)]
    since = _since_spans(row, now, zone, is_labelled=False)
    if status.last_progress_at is not None:
        progress = clock_time(status.last_progress_at, now=now, zone=zone)
        since += [
            _GAP,
            ("last progress ", Role.MUTED),
            (progress, Role.TEXT),
            *_ago(status.last_progress_at, now),
        ]
    return [
        Fact("State", tuple(state)),
        *_trouble_facts(row, now),
        Fact("Since", tuple(since)),
        fact("Reason", plain(status.reason) or NONE),
    ]


def _phase_spans(row: MachineRow, signs: Glyphs) -> list[Span]:
    """The phase; what is not seen live says so, and has no colour of something that is."""
    text, role = phase_span(row.machine.phase, signs)
    return [("was ", Role.WARN), (text, Role.MUTED)] if row.is_stale else [(text, role)]


def _trouble_facts(row: MachineRow, now: datetime) -> list[Fact]:
    status = row.machine.status
    facts = []
    attention = why_attention(row.machine, now, is_asking=bool(row.asking))
    if attention is not None:
        facts.append(fact("Look", attention, Role.WARN))
    public = row.public_now(now)
    if public:
        ports = " ".join(f":{each.port}" for each in public)
        facts.append(fact("Public", f"{ports} {_PUBLIC_WORDS}", Role.WARN))
    if status is not None and status.last_error:
        facts.append(fact("Error", plain(status.last_error), Role.BAD))
        if status.retryable is not None:
            words = (
                "yes, the service says trying again may help"
                if status.retryable
                else "no, the service says trying again will not help"
            )
            facts.append(fact("Retryable", words))
    return facts


def _since_spans(
    row: MachineRow, now: datetime, zone: tzinfo | None, *, is_labelled: bool = True
) -> list[Span]:
    status = row.machine.status
    if status is None or status.last_transition_at is None:
        return [] if is_labelled else [(NONE, Role.MUTED)]
    at = clock_time(status.last_transition_at, now=now, zone=zone)
    label: list[Span] = [("since ", Role.MUTED)] if is_labelled else []
    # How long it has been so nobody knows of what is not seen live.
    ago = [] if row.is_stale else _ago(status.last_transition_at, now)
    return [*label, (at, Role.TEXT), *ago]


def _ago(moment: datetime | None, now: datetime) -> list[Span]:
    passed = seconds_since(moment, now)
    return [] if passed is None else [(f" ({duration(passed)})", Role.MUTED)]


def _size_facts(row: MachineRow) -> list[Fact]:
    machine, status = row.machine, row.machine.status
    spans: list[Span] = [
        (f"{vcpu(machine.vcpu)} vCPU", Role.TEXT),
        _GAP,
        (memory_words(machine.memory_mib), Role.TEXT),
        _GAP,
        (f"{storage_words(machine.storage_gib)} disk", Role.TEXT),
    ]
    facts = [Fact("Size", tuple(spans))]
    if status is not None and status.memory_assigned_mib is not None:
        words = f"{memory_words(status.memory_assigned_mib)} assigned"
        if status.memory_target_mib is not None:
            words += f", {memory_words(status.memory_target_mib)} aimed at"
        if status.memory_resize_state:
            words += f" ({plain(status.memory_resize_state)})"
        facts.append(fact("Memory", words))
    if row.memory_grows is not None:
        words = "the service may add memory" if row.memory_grows else "memory stays as it is"
        facts.append(fact("Growth", words))
    return facts


def _sleep_fact(row: MachineRow, now: datetime, signs: Glyphs) -> Fact:
    seconds = row.machine.autosleep_seconds
    if seconds == 0:
        return fact("Autosleep", "never: it runs until somebody puts it to sleep", Role.WARN)
    if seconds is None:
        return fact("Autosleep", "the service does not say", Role.MUTED)
    return Fact(
        "Autosleep",
        ((f"after {autosleep(seconds)} idle", Role.TEXT), _GAP, *_sleeps_spans(row, now, signs)),
    )


def _sleeps_spans(row: MachineRow, now: datetime, signs: Glyphs) -> list[Span]:
    """The estimate, and what it rests on."""
    estimate = outlook_of(row, now)
    match estimate.outlook:
        case Outlook.COUNTING:
            rests_on = (
                f"since {plain(estimate.because.title) or estimate.because.kind} ended"
                if estimate.because is not None
                else "nothing seen since it woke"
            )
            span = sleeps_in_span(row, now, signs)
            return [("sleeps in ", Role.MUTED), span, (f" ({rests_on})", Role.MUTED)]
        case Outlook.HELD if estimate.because is not None:
            title = plain(estimate.because.title) or estimate.because.activity_id
            return [("kept awake by ", Role.MUTED), (f"{estimate.because.kind} {title}", Role.OK)]
        case Outlook.UNKNOWN:
            return [("when it sleeps cannot be told from here", Role.MUTED)]
        case _:
            return []


def _cost_facts(row: MachineRow, rates: Rates | None) -> list[Fact]:
    machine = row.machine
    if rates is None:
        return []
    awake = awake_per_hour(rates, machine.vcpu, machine.memory_mib, machine.storage_gib)
    asleep = asleep_per_hour(rates, machine.storage_gib)
    if awake is None or asleep is None:
        return []
    return [
        Fact(
            "Cost",
            (
                (f"{money(awake, rates.currency, places=3)}/h awake", Role.TEXT),
                _GAP,
                (f"{money(asleep, rates.currency, places=3)}/h asleep", Role.TEXT),
                (f"   ({estimate_words(rates)})", Role.MUTED),
            ),
        )
    ]


def _label_facts(
    row: MachineRow,
    now: datetime,
    signs: Glyphs,
    seen_at: datetime | None,
    zone: tzinfo | None,
) -> list[Fact]:
    label, machine = row.label, row.machine
    facts = [fact("Id", plain(machine.machine_id))]
    if label.name:
        pinned = f"  {signs.pin} pinned" if label.is_pinned else ""
        facts.append(Fact("Name", ((plain(label.name), Role.STRONG), (pinned, Role.MARK))))
    elif label.is_pinned:
        facts.append(Fact("Pinned", ((f"{signs.pin} yes", Role.MARK),)))
    if label.tags:
        facts.append(fact("Tags", plain(" ".join(label.tags)), Role.ACCENT))
    if label.note:
        facts.append(fact("Note", plain(label.note)))
    if machine.created_at is not None:
        created = clock_time(machine.created_at, now=now, zone=zone)
        old = age(seconds_since(machine.created_at, now))
        facts.append(Fact("Created", ((created, Role.TEXT), (f" ({old})", Role.MUTED))))
    if row.is_stale:
        at = clock_time(seen_at, now=now, zone=zone)
        facts.append(fact("As of", f"{at}, not seen since", Role.WARN))
    return facts


def _network_facts(place: NetworkPlace) -> list[Fact]:
    """What the service said of where it is; nothing for what it did not say."""
    machine = place.machine
    named = (
        ("Network", machine.network_name or machine.network_id),
        ("Hostname", machine.hostname),
        ("Private", machine.private_ipv4),
        ("" if machine.private_ipv4 else "Private", machine.private_ipv6),
    )
    facts = [fact(label, plain(text)) for label, text in named if text]
    for count, gateway in enumerate(each for each in place.gateways if each.address):
        facts.append(Fact("" if count else "Gateways", _gateway_spans(gateway)))
    return [Fact("", ()), *facts] if facts else []


def _gateway_spans(gateway: Gateway) -> tuple[Span, ...]:
    """Its address, then what it is for and how it speaks, once where that is the same word."""
    words = dict.fromkeys(plain(each) for each in (gateway.kind, gateway.protocol) if each)
    about = f"   {', '.join(words)}" if words else ""
    return ((plain(gateway.address or ""), Role.TEXT), (about, Role.MUTED))
