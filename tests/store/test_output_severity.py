"""Severity rules: what each tool's lines read as, and that scanning agrees with classifying."""

from __future__ import annotations

import re

import pytest

from dedalus_tui.domain.output import Severity
from dedalus_tui.store.output_severity import SeverityRule, SeverityRules, severity_rules

ERRORS = [
    b"Traceback (most recent call last):",
    b"ValueError: invalid literal",
    b"requests.exceptions.ConnectionError: refused",
    b"Uncaught TypeError: x is not a function",
    b"Unhandled promise rejection",
    b"panic: runtime error: index out of range",
    b"fatal error: all goroutines are asleep - deadlock!",
    b"--- FAIL: TestThing (0.00s)",
    b"thread 'main' panicked at src/main.rs:4:5:",
    b"error[E0425]: cannot find value `x` in this scope",
    b'Exception in thread "main" java.lang.NullPointerException',
    b"SEVERE: it broke",
    b"E   assert 1 == 2",
    b"FAILED tests/test_x.py::test_y - AssertionError",
    b"3 failed, 12 passed in 0.12s",
    b"npm ERR! code ELIFECYCLE",
    b"npm error code E404",
    b"main.c:3:5: error: expected ';' before 'return'",
    b"make: *** [Makefile:3: all] Error 2",
    b"2026-11-22 02:00:00,123 ERROR root: no",
    b"[error] 12#12: upstream timed out",
    b'{"level":"error","msg":"all is well"}',
    b'{"level":50,"msg":"pino"}',
    b'time=2026-11-22 level=fatal msg="bye"',
    b"E1122 02:00:00.000001 1 main.go:3] glog",
    b"\x1b[31mERROR\x1b[0m coloured",
    b"sh: 1: foo: command not found",
    b"cat: /nope: No such file or directory",
    b"src/a.ts(3,1): error TS2304: Cannot find name",
]
WARNINGS = [
    b"2026-11-22 WARN slow query",
    b"x.py:3: DeprecationWarning: use y",
    b"main.c:3:5: warning: unused variable 'error'",
    b"npm WARN deprecated left-pad@1.3.0",
    b"warning: unused variable: `error_count`",
    b'{"level":"warn","msg":"an error was ignored"}',
    b'{"level":40,"msg":"pino"}',
    b"W1122 02:00:00.000001 1 main.go:3] glog",
    b"[WARNING] retrying",
]
HARMLESS = [
    b"compiled with 0 errors and 0 warnings",
    b"no errors found",
    b"INFO served the error page",
    b'level=info msg="error rate is low"',
    b'{"level":30,"msg":"error handler installed"}',
    b"err=nil",
    b"tests/test_errors.py ......",
    b"12 passed in 0.12s",
    b"DEBUG panic button mounted",
    b"--fail-fast given",
    b"interrupted carriage",
]


@pytest.mark.parametrize(
    ("line", "severity"),
    [(line, Severity.ERROR) for line in ERRORS]
    + [(line, Severity.WARNING) for line in WARNINGS]
    + [(line, Severity.NONE) for line in HARMLESS],
)
def test_a_line_reads_as_its_tool_meant_it(line: bytes, severity: Severity) -> None:
    assert SeverityRules().classify(line) is severity


def test_scanning_a_block_finds_what_classifying_each_line_finds() -> None:
    rules = SeverityRules()
    lines = [line + b"\n" for line in ERRORS + HARMLESS + WARNINGS]
    found = dict(rules.scan(b"".join(lines), [len(line) for line in lines]))
    wanted = {n: rules.classify(line) for n, line in enumerate(lines)}
    assert found == {n: severity for n, severity in wanted.items() if severity}


def test_own_rules_go_first() -> None:
    rules = SeverityRules(
        [SeverityRule(r"^QUIRK", Severity.ERROR), SeverityRule("known flake", Severity.NONE)]
    )
    lines = [b"QUIRK 7\n", b"ERROR known flake\n", b"ERROR other\n"]
    assert rules.scan(b"".join(lines), [len(line) for line in lines]) == [
        (0, Severity.ERROR),
        (2, Severity.ERROR),
    ]


def test_an_own_rule_that_would_never_end_is_left_out_and_named() -> None:
    rules = severity_rules(["(a+)+$", "QUIRK"])
    lines = [b"a" * 5000 + b"!\n", b"QUIRK 7\n"]
    assert rules.scan(b"".join(lines), [len(line) for line in lines]) == [(1, Severity.ERROR)]
    assert rules.slow == ("(a+)+$",)


def test_a_rule_that_is_no_expression_is_refused() -> None:
    with pytest.raises(re.error):
        SeverityRules([SeverityRule("(", Severity.ERROR)])
