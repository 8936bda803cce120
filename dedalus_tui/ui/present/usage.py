"""Usage in words, columns and bars. Every amount has its unit; money is always an estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedalus_tui.domain.usage_report import Amounts, Measure, projected
from dedalus_tui.ui.present.roles import Role
from dedalus_tui.ui.present.text import cell_width, head, pad, plain
from dedalus_tui.ui.present.units import clock_time, money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from dedalus_tui.domain.cost import Rates
    from dedalus_tui.domain.usage_report import Bar, UsageReport
    from dedalus_tui.store.usage import UsageState
    from dedalus_tui.ui.present.glyphs import Glyphs
    from dedalus_tui.ui.present.roles import Line, Span

TITLES = {
    Measure.AWAKE: "awake",
    Measure.CPU: "cpu used",
    Measure.MEMORY: "memory",
    Measure.STORAGE: "storage",
}
UNITS = {
    Measure.AWAKE: "h",
    Measure.CPU: "vCPU-h",
    Measure.MEMORY: "GiB-h",
    Measure.STORAGE: "GiB-h",
}
COLUMN_TITLES = {
    Measure.AWAKE: "awake h",
    Measure.CPU: "vCPU-h",
    Measure.MEMORY: "mem GiB-h",
    Measure.STORAGE: "disk GiB-h",
}
"""Short enough for a column, with their units."""

_SCALE_CELLS = 8
_LABEL_CELLS = 12
_COLUMN_CELLS = 12
_MONEY_CELLS = 11


def amount(value: float) -> str:
    """A quantity of hours in at most six characters: 0, 0.04, 3.1, 412, 1.2k."""
    if value == 0:
        return "0"
    if value < 0.995:
        return f"{value:.2f}" if value >= 0.005 else "<.01"
    if value < 99.95:
        return f"{value:.1f}"
    return f"{value:.0f}" if value < 9_999.5 else f"{value / 1000:.0f}k"


def with_unit(value: float, measure: Measure) -> str:
    """A quantity and what it is of: 3.1 vCPU-h."""
    return f"{amount(value)} {UNITS[measure]}"


def cost_of(amounts: Amounts, rates: Rates) -> float:
    """What these amounts come to at these rates. The service bills by its own, so an estimate."""
    return (
        amounts.cpu_hours * rates.vcpu_hour
        + amounts.memory_gib_hours * rates.memory_gib_hour
        + amounts.storage_gib_hours * rates.disk_gib_hour
    )


def estimate_words(rates: Rates) -> str:
    """What must stand beside every amount of money."""
    return f"estimate, rates of {plain(rates.as_of)}" if rates.as_of else "estimate, your rates"


def summary_lines(
    state: UsageState,
    now: datetime,
    *,
    width: int,
    rates: Rates | None = None,
    zone: tzinfo | None = None,
    is_brief: bool = False,
) -> tuple[Line, ...]:
    """The billing period as a small table: so far, month end, last month, billed. `is_brief`
    leaves out what is only worth a look in a tall window."""
    month = state.month
    if month is None:
        return ()
    has_money = rates is not None
    total = month.total
    lines = [_period_line(month, state, now, zone), _heading(has_money)]
    lines.append(_amounts_line("So far", total, rates, Role.STRONG))
    month_end = state.month_end
    ahead = None if month_end is None else projected(total, month.start, month.end, month_end)
    if ahead is not None:
        lines.append(_amounts_line("Month end ~", ahead, rates, Role.TEXT))
    if state.before is not None:
        lines.append(_before_line(state, total))
    if not is_brief:
        lines += _billed_lines(state, rates)
    return tuple(_cut(line, width) for line in lines)


def _period_line(month: UsageReport, state: UsageState, now: datetime, zone: tzinfo | None) -> Line:
    if state.closed_through is None:
        lag = "billed lags behind by some hours"
    else:
        lag = f"billed lags: closed through {clock_time(state.closed_through, now=now, zone=zone)}"
    return ((f"{month.start:%B %Y} (UTC)", Role.STRONG), (f"   {lag}", Role.MUTED))


def _heading(has_money: bool) -> Line:
    spans = [(pad("", _LABEL_CELLS), Role.MUTED)]
    spans += [
        (pad(title, _COLUMN_CELLS, right=True), Role.MUTED) for title in COLUMN_TITLES.values()
    ]
    if has_money:
        spans.append((pad("money", _MONEY_CELLS, right=True), Role.MUTED))
    return tuple(spans)


def _amounts_line(label: str, amounts: Amounts, rates: Rates | None, role: str) -> Line:
    spans: list[Span] = [(pad(label, _LABEL_CELLS), Role.MUTED)]
    for measure in Measure:
        spans.append((pad(amount(amounts.of(measure)), _COLUMN_CELLS, right=True), role))
    if rates is not None:
        text = f"~{money(cost_of(amounts, rates), plain(rates.currency))}"
        spans.append((pad(text, _MONEY_CELLS, right=True), role))
    return tuple(spans)


def _before_line(state: UsageState, total: Amounts) -> Line:
    """This month against the one before after as much time."""
    assert state.before is not None
    until = state.before_until or state.before.end
    then = sum(
        (bar.amounts for bar in state.before.bars(days=False) if bar.end <= until), Amounts()
    )
    spans: list[Span] = [(pad("Last month", _LABEL_CELLS), Role.MUTED)]
    for measure in Measure:
        text, role = _change(then.of(measure), total.of(measure))
        spans.append((pad(text, _COLUMN_CELLS, right=True), role))
    spans.append(("   by now", Role.MUTED))
    return tuple(spans)


def _change(then: float, now: float) -> Span:
    if then == 0:
        return ("new" if now else "none", Role.MUTED)
    percent = (now - then) / then * 100
    return (f"{percent:+.0f} %", Role.WARN if percent > 50 else Role.TEXT)


def _billed_lines(state: UsageState, rates: Rates | None) -> list[Line]:
    summary = state.summary
    if summary is None:
        return []
    billed = Amounts(
        awake_hours=(summary.billed_awake_seconds or 0) / 3600,
        cpu_hours=(summary.billed_cpu_millicore_seconds or 0) / 3_600_000,
        memory_gib_hours=(summary.billed_memory_mib_seconds or 0) / (1024 * 3600),
        storage_gib_hours=(summary.billed_logical_storage_mib_seconds or 0) / (1024 * 3600),
    )
    spans: list[Span] = [(f"Plan {plain(summary.plan_slug)}", Role.MUTED)]
    provisioned, included = summary.provisioned_storage_gib, summary.included_storage_gib
    if provisioned is not None and included is not None:
        role = Role.WARN if provisioned > included else Role.TEXT
        spans += [
            (f"   disks: {amount(provisioned)} GiB provisioned", role),
            (f" of {amount(included)} GiB included", Role.MUTED),
        ]
    if rates is not None:
        spans.append((f"   money: {estimate_words(rates)}", Role.MUTED))
    return [_amounts_line("Billed", billed, None, Role.TEXT), tuple(spans)]


def _cut(line: Line, width: int) -> Line:
    """As much of the line as fits."""
    kept: list[Span] = []
    for text, role in line:
        room = width - sum(cell_width(each) for each, _ in kept)
        if room <= 0:
            break
        kept.append((head(text, room), role))
    return tuple(kept)


def share_bar(share: float, width: int, signs: Glyphs) -> str:
    """A bar for a part of the whole; anything above nothing is at least one cell."""
    if share <= 0 or width <= 0:
        return ""
    return signs.bar_full * max(1, round(min(1.0, share) * width))


def chart_lines(
    bars: Sequence[Bar],
    measure: Measure,
    signs: Glyphs,
    *,
    width: int,
    height: int,
    zone: tzinfo | None = None,
) -> tuple[Line, ...]:
    """Vertical bars with a scale at the left and times beneath; the newest that fit.

    Days are labelled by date in UTC, as they are metered; hours in `zone`.
    """
    room = width - _SCALE_CELLS
    if room < 4 or height < 2 or not bars:
        return ()
    is_daily = (bars[0].end - bars[0].start).days >= 1
    cells = 2 if len(bars) * 3 <= room else 1
    gap = 1 if len(bars) * (cells + 1) <= room else 0
    shown = bars[-(room // (cells + gap)) :]
    values = [bar.amounts.of(measure) for bar in shown]
    top = max(values)
    lines: list[Line] = []
    for level in range(height, 0, -1):
        label = ""
        if level == height:
            label = amount(top) if top else ""
        elif level == (height + 1) // 2 and top:
            label = amount(top / 2)
        body = "".join(
            _cell(value, top, level, height, signs) * cells + " " * gap for value in values
        )
        scale = pad(label, _SCALE_CELLS - 2, right=True) + f" {signs.vertical}"
        lines.append(((scale, Role.MUTED), (body, Role.OK)))
    lines.append(_axis(shown, cells + gap, signs, is_daily=is_daily, zone=zone))
    return tuple(lines)


def _cell(value: float, top: float, level: int, height: int, signs: Glyphs) -> str:
    """The sign of one bar at one level, in as many steps as the ramp has."""
    if top <= 0 or value <= 0:
        return " "
    steps = value / top * height * len(signs.ramp) - (level - 1) * len(signs.ramp)
    if level == 1:
        steps = max(steps, 1)
    if steps < 1:
        return " "
    return signs.ramp[min(len(signs.ramp), int(steps)) - 1]


def _axis(
    bars: Sequence[Bar], cells: int, signs: Glyphs, *, is_daily: bool, zone: tzinfo | None
) -> Line:
    words = [" "] * (len(bars) * cells)
    free = 0
    for place, bar in enumerate(bars):
        local = bar.start if is_daily else bar.start.astimezone(zone)
        is_mark = local.day % 5 == 1 or cells > 2 if is_daily else local.hour % 6 == 0
        text = f"{local:%d}" if is_daily else f"{local:%H}"
        if not is_daily and local.hour == 0:
            text = f"{local:%a}"
        at = place * cells
        if is_mark and at >= free and at + len(text) <= len(words):
            words[at : at + len(text)] = text
            free = at + len(text) + 1
    corner = " " * (_SCALE_CELLS - 1) + " "
    return ((corner, Role.MUTED), ("".join(words), Role.MUTED))


def json_lines(value: object, indent: int = 0) -> list[str]:
    """JSON of any shape as indented `name: value` lines, for reports of no promised shape."""
    blank = "  " * indent
    if isinstance(value, dict):
        lines = []
        for name, each in value.items():
            if isinstance(each, dict | list) and each:
                lines += [f"{blank}{plain(str(name))}:", *json_lines(each, indent + 1)]
            else:
                lines.append(f"{blank}{plain(str(name))}: {_scalar(each)}")
        return lines
    if isinstance(value, list):
        lines = []
        for each in value:
            nested = json_lines(each, indent + 1)
            if nested:
                lines += [f"{blank}- {nested[0].lstrip()}", *nested[1:]]
        return lines
    return [f"{blank}{_scalar(value)}"]


def _scalar(value: object) -> str:
    if value is None or value == {} or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(str(value))
