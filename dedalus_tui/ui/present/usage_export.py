"""Usage as CSV and JSON: what is on screen, with units in the names. Pure."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedalus_tui.domain.usage_report import Amounts, UsageReport

_COLUMNS = ("awake_hours", "cpu_vcpu_hours", "memory_gib_hours", "storage_gib_hours")


def as_csv(report: UsageReport, names: Mapping[str, str]) -> str:
    """A row a machine, all in hours; `names` are the local names by id."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("machine_id", "name", "period_start", "period_end", *_COLUMNS))
    for machine_id, amounts in report.by_machine.items():
        writer.writerow(
            (
                _harmless(machine_id),
                _harmless(names.get(machine_id, "")),
                report.start.isoformat(),
                report.end.isoformat(),
                *(f"{value:.6f}" for value in _values(amounts)),
            )
        )
    return out.getvalue()


def as_json(report: UsageReport, names: Mapping[str, str]) -> str:
    """The period, its machines and their days."""
    machines = [
        {
            "machine_id": machine_id,
            "name": names.get(machine_id, ""),
            **_named(amounts),
            "days": [
                {"date": f"{bar.start:%Y-%m-%d}", **_named(bar.amounts)}
                for bar in report.bars(days=True, machine_id=machine_id)
            ],
        }
        for machine_id, amounts in report.by_machine.items()
    ]
    document = {
        "period_start": report.start.isoformat(),
        "period_end": report.end.isoformat(),
        "total": _named(report.total),
        "machines": machines,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _values(amounts: Amounts) -> tuple[float, float, float, float]:
    return (
        amounts.awake_hours,
        amounts.cpu_hours,
        amounts.memory_gib_hours,
        amounts.storage_gib_hours,
    )


def _named(amounts: Amounts) -> dict[str, float]:
    return {name: round(value, 6) for name, value in zip(_COLUMNS, _values(amounts), strict=True)}


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
