"""The 31 provinces and their cities, from `kernel/data/`; area codes as in the national numbering plan."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from enamad_portal.kernel.iran.text import search_key

DATA_DIR = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class Province:
    """A province: two-digit code of the Statistical Centre (ISO 3166-2:IR), Persian name, area code with its zero."""

    code: str
    name: str
    area_code: str
    capital: str


@dataclass(frozen=True)
class City:
    """A city of a province (its code). The list helps typing; a town that is missing may be typed freely."""

    name: str
    province: str


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file of `kernel/data/`; lines that begin with # tell source and licence."""
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


@cache
def all_provinces() -> tuple[Province, ...]:
    """Return the 31 provinces in Persian alphabetical order."""
    return tuple(
        Province(row["code"], row["name_fa"], row["area_code"], row["capital"]) for row in read_rows("provinces.csv")
    )


def choices() -> list[tuple[str, str]]:
    """Return (code, name) pairs for a form or model field."""
    return [(province.code, province.name) for province in all_provinces()]


def by_code(code: str) -> Province:
    """Return the province with this code. Raises KeyError."""
    return _by_code()[code]


def by_area_code(area_code: str) -> Province | None:
    """Return the province that is dialled with this area code (with its zero: `021`), or None."""
    return next((province for province in all_provinces() if province.area_code == area_code), None)


def by_name(name: str) -> Province | None:
    """Return the province with this name in any spelling of the keyboard, or None."""
    return next((province for province in all_provinces() if _key(province.name) == _key(name)), None)


@cache
def cities_of(province: str) -> tuple[City, ...]:
    """Return the cities of a province (its code), the capital first, then in the order of the file."""
    capital = by_code(province).capital
    found = [City(row["name_fa"], row["province"]) for row in read_rows("cities.csv") if row["province"] == province]
    return tuple(sorted(found, key=lambda city: city.name != capital))


def city_names(province: str) -> tuple[str, ...]:
    """Return the names of the cities of a province (its code), the capital first; none for any other code."""
    return tuple(city.name for city in cities_of(province)) if province in _by_code() else ()


def is_known_city(name: str, province: str) -> bool:
    """Say whether the list has this city in this province, whatever the keyboard; unknown means: look, not refuse."""
    return any(_key(city.name) == _key(name) for city in cities_of(province))


@cache
def _by_code() -> dict[str, Province]:
    return {province.code: province for province in all_provinces()}


def _key(name: str) -> str:
    return search_key(name).replace(" ", "")
