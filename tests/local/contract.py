"""Answers held against the OpenAPI description of the service, where it is at hand."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

SPECIFICATION = Path(__file__).parents[2].parent / "shared" / "api" / "openapi.yml"

_PARAMETER = re.compile(r"\\\{[a-z_]+\\\}")
_WITHOUT_DEFAULT = "/status/stream"


@cache
def specification() -> dict[str, Any]:
    """The description; skips the test where it is absent."""
    if not SPECIFICATION.exists():
        pytest.skip("the OpenAPI description is not here")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(SPECIFICATION.read_text(), Loader=loader)
    return document


def check_answer(method: str, path: str, status: int, content_type: str, document: Any) -> None:
    """Fail unless the status, the content type and the document are described."""
    operation = _operation(method, path.partition("?")[0])
    if operation is None or _WITHOUT_DEFAULT in path:
        return
    responses = operation["responses"]
    response = responses.get(str(status), responses.get("default"))
    assert response is not None, f"{method} {path} may not answer {status}"
    response = _followed(response)
    content = response.get("content", {})
    assert content_type in content, f"{method} {path} {status} may not be {content_type}"
    _validator(_key(content[content_type]["schema"])).validate(document)


def check_request(method: str, path: str, document: Any) -> None:
    """Fail unless the body is described."""
    operation = _operation(method, path.partition("?")[0])
    assert operation is not None, f"{method} {path} is not described"
    body = operation.get("requestBody")
    if body is None:
        assert document is None
        return
    _validator(_key(body["content"]["application/json"]["schema"])).validate(document)


@cache
def _patterns() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    found = []
    for template, operations in specification()["paths"].items():
        pattern = _PARAMETER.sub("[^/]+", re.escape(template))
        found.append((re.compile(pattern), operations))
    return found


def _operation(method: str, path: str) -> dict[str, Any] | None:
    for pattern, operations in _patterns():
        if pattern.fullmatch(path):
            operation: dict[str, Any] | None = operations.get(method.lower())
            return operation
    return None


def _followed(response: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in response:
        target: Any = specification()
        for part in response["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        response = target
    return response


def _key(schema: dict[str, Any]) -> str:
    reference = schema["$ref"]
    assert isinstance(reference, str)
    return reference


@cache
def _validator(reference: str) -> Draft202012Validator:
    schema = {"$ref": reference, "components": specification()["components"]}
    return Draft202012Validator(schema, format_checker=FormatChecker())
