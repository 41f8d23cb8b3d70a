"""Reads the fields of a request to the sandbox; a missing one is a 422 that names it."""

from typing import Any

from enamad_portal.sandbox.web import Failed


def text(asked: dict[str, Any], name: str) -> str:
    """A string that is not empty."""
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise Failed(422, f"{name}_is_missing")
    return value


def number(asked: dict[str, Any], name: str) -> int:
    value = asked.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Failed(422, f"{name}_is_not_a_number")
    return value


def objects(asked: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = asked.get(name)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Failed(422, f"{name}_is_not_a_list")
    return value
