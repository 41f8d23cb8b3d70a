"""Typed readers of the process environment; each variable is read once, here, and a bad one stops the start."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file named by `{name}_FILE` (secrets), or the default."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE): production has no default for it.")
    return value


def number(name: str, default: int) -> int:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if not raw.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.")
    return int(raw)


def flag(name: str, *, default: bool = False) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {raw!r}.")
    return raw == "1"


def words(name: str, default: str | None = None) -> list[str]:
    """A comma separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def records(name: str) -> dict[str, dict[str, Any]]:
    """A JSON object of objects (services and their options); an unset variable is an empty one."""
    try:
        value = json.loads(text(name, "") or "{}")
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be JSON: {error}.") from None
    if not isinstance(value, dict) or not all(isinstance(entry, dict) for entry in value.values()):
        raise ImproperlyConfigured(f"{name} must be a JSON object that holds an object for each name.")
    return value
