"""Reads the fields of a provider's answer; a missing or wrong one makes the whole answer unusable."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from enamad_portal.providers.client import HttpClient


@contextmanager
def readable(client: HttpClient, operation: str) -> Iterator[None]:
    """Turns a wrong answer, as seen by the readers below, into ProviderDown(transient)."""
    try:
        yield
    except (KeyError, TypeError, ValueError):
        raise client.unreadable(operation) from None


def text(body: dict[str, Any], key: str) -> str:
    value = body[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def flag(body: dict[str, Any], key: str) -> bool:
    value = body[key]
    if not isinstance(value, bool):
        raise TypeError(key)
    return value


def number(body: dict[str, Any], key: str) -> int:
    value = body[key]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(key)
    return value


def instant(body: dict[str, Any], key: str) -> datetime:
    """An aware ISO 8601 instant."""
    value = datetime.fromisoformat(text(body, key))
    if value.tzinfo is None:
        raise ValueError(key)
    return value


def maybe_instant(body: dict[str, Any], key: str) -> datetime | None:
    return None if body.get(key) is None else instant(body, key)


def maybe_text(body: dict[str, Any], key: str) -> str | None:
    return None if body.get(key) is None else text(body, key)


def objects(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = body[key]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise TypeError(key)
    return value
