"""The OpenAPI 3.1 description, and its page for people, rendered here from the same data without scripts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from enamad_portal.api.throttles import PER_MINUTE
from enamad_portal.api.views import PublicView
from enamad_portal.api.words import DETAILS, TITLES

_METHODS = ("get", "post", "put", "patch", "delete")


@cache
def openapi() -> dict[str, Any]:
    """The schema as plain data; made once per process."""
    generated = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    plain: dict[str, Any] = json.loads(OpenApiJsonRenderer().render(generated))
    return plain


@extend_schema(exclude=True)
class SchemaView(PublicView):
    def get(self, request: Request) -> Response:  # noqa: ARG002 - the signature of a view
        return Response(openapi())


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[list[str]]
    answers: list[list[str]]
    fields: list[list[str]]
    example: str


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    problems = [(code, TITLES[code], DETAILS[code].replace("{allowed}", "…")) for code in TITLES]
    context = {"operations": operations(), "problems": problems, "per_minute": PER_MINUTE}
    return render(request, "public/api_docs.html", context)


def operations() -> list[Operation]:
    return [
        _operation(method, path, entry[method])
        for path, entry in openapi()["paths"].items()
        for method in _METHODS
        if method in entry
    ]


def _operation(method: str, path: str, data: Mapping[str, Any]) -> Operation:
    good: dict[str, Any] = next((answer for status, answer in data["responses"].items() if status.startswith("2")), {})
    content: dict[str, Any] = next(iter(good.get("content", {}).values()), {})
    shown: dict[str, Any] = next(iter(content.get("examples", {}).values()), {})
    example = shown.get("value")
    return Operation(
        anchor=data["operationId"],
        method=method.upper(),
        path=path,
        summary=data.get("summary", ""),
        description=data.get("description", ""),
        parameters=[_parameter(one) for one in data.get("parameters", [])],
        answers=[[status, _meaning(status, answer)] for status, answer in data["responses"].items()],
        fields=_fields(content.get("schema", {})),
        example=json.dumps(example, ensure_ascii=False, indent=2) if example is not None else "",
    )


def _meaning(status: str, answer: Mapping[str, Any]) -> str:
    return str(answer.get("description") or HTTPStatus(int(status)).phrase)


def _parameter(data: Mapping[str, Any]) -> list[str]:
    needed = "لازم" if data.get("required") else "اختیاری"
    return [data["name"], f"{_PLACES.get(data['in'], data['in'])}، {needed}", data.get("description", "")]


_PLACES = {"path": "در نشانی", "query": "پارامتر", "header": "سرآیند"}


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = str(schema.get("$ref") or next((part["$ref"] for part in schema.get("allOf", ())), ""))
    if not reference:
        return schema
    return {**openapi()["components"]["schemas"][reference.rsplit("/", 1)[-1]], **schema}


def _fields(schema: Mapping[str, Any], prefix: str = "") -> list[list[str]]:
    """Rows of name, type and meaning; the fields of a list's items follow it as `name[].field`."""
    rows = []
    for name, entry in _resolved(schema).get("properties", {}).items():
        inner = _resolved(entry)
        rows.append([prefix + name, _type(inner), entry.get("description") or inner.get("description", "")])
        if inner.get("type") == "array":
            rows += _fields(inner.get("items", {}), f"{prefix}{name}[].")
    return rows


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "")
    kinds = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{kinds} ({schema['format']})" if "format" in schema else kinds
