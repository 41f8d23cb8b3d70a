"""Reads docker-compose.yml: the commands and settings of production, for the smoke and its tests."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.processes import ROOT, StartError

FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")
PORTAL_SERVICES = ("prepare", "web", "worker", "beat", "badges")


def read(path: Path = FILE) -> dict[str, Any]:
    """The services of the file by name, as written (nothing interpolated)."""
    services: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
    return services


def interpolate(text: str, values: Mapping[str, str]) -> str:
    """Fill in `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as compose does; StartError for a missing one."""

    def fill(match: re.Match[str]) -> str:
        name, kind, rest = match["name"], match["kind"], match["rest"]
        if values.get(name):
            return values[name]
        if kind == "-":
            return str(rest)
        raise StartError(f"{name} is not set: {rest or 'docker-compose.yml needs it'}")

    return VARIABLE.sub(fill, text)


def command(service: str, replaced: Mapping[str, str] | None = None) -> list[str]:
    """The command of a service, word for word; a word that equals a key of `replaced` becomes its value."""
    words: list[str] = read()[service]["command"]
    return [(replaced or {}).get(word, word) for word in words]


def environment(service: str, values: Mapping[str, str]) -> dict[str, str]:
    """The environment of a service with its variables filled in from `values`."""
    raw: dict[str, Any] = read()[service].get("environment", {})
    return {name: interpolate(str(text), values) for name, text in raw.items()}
