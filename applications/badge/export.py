"""The logo answered by nginx alone: the same rows, pictures, headers and Referer grammar as maps and one location.

Two files: `badges.conf` (maps, for the http block) and `badges.location` (for the server block). nginx lower-cases the
keys of a map and compares them without case; public ids are lower-case and the shim ignores case too.

nginx cannot ask the database, so the file carries its own end: a pattern that the clock's digits match for five
minutes after the read. When exports stop, the pictures turn neutral (BDG-5).
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from applications.badge import emblems
from applications.badge.answer import FOR_FOREIGN, FOR_OWN, FOR_UNKNOWN, SAME_ALWAYS, TYPE, transport_security
from applications.badge.drawing import DOMAIN, EDITION, MARK, MAX_STARS, Variant, inscription, template
from applications.badge.referer import SITE
from applications.badge.table import TRUSTED_S

MAPS, LOCATION = "badges.conf", "badges.location"
_PLAIN = re.compile(r"[^\s'\"|$\\{};#]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One badge as exported. `code` is the public status code, `domain` an A-label name."""

    public_id: str
    version: int
    code: int
    stars: int
    domain: str


def maps(
    rows: Iterable[Row], read_at: float, *, subdomains: bool = False, misuse_format: bool = False
) -> Iterator[str]:
    """The lines of `badges.conf`. `read_at`: real seconds since 1970 when the database was asked."""
    known = [line for row in rows if (line := _row(row))]
    yield f"map_hash_max_size {max(2048, 2 * len(known))};"
    yield "map_hash_bucket_size 256;"
    yield from _map("$msec", "$badge_fresh", [("default", "0"), (f'"{before(int(read_at + TRUSTED_S))}"', "1")])
    yield from _map("$uri", "$badge_row", [("default", '""')])[:-1]
    yield from known
    yield "}"
    yield from _judgement(subdomains=subdomains)
    yield from _answers()
    if misuse_format:
        yield from _map("$time_iso8601", "$badge_hour", [('"~^(?<badge_h>.{13})"', "$badge_h")])
        yield from _map("$badge_answer", "$badge_is_foreign", [("default", '""'), ("foreign", "1")])
        yield "log_format badge_misuse '$uri $badge_host $badge_hour';"


def _row(row: Row) -> str:
    """`version look a-label name|mark` of one badge; nothing for a name that could not be a domain."""
    name, mark = inscription(row.domain)
    if not (_PLAIN.fullmatch(row.domain) and _PLAIN.fullmatch(name)) or "'" in mark or "$" in mark:
        return ""
    look = f"{row.code}-{min(row.stars, MAX_STARS)}"
    return f"/badge/{row.public_id}.svg '{row.version} {look} {row.domain} {name}|{mark}';"


def before(end: int) -> str:
    """A pattern for `$msec` values below `end` (ten digits until the year 2286)."""
    digits = str(end)
    ways = [
        f"{digits[:place]}[0-{int(digit) - 1}][0-9]{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "0"
    ]
    return rf"~^(?:{'|'.join(ways)})\."


def _map(source: str, target: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"map {source} {target} {{", *(f"{key} {value};" for key, value in pairs), "}"]


def _judgement(*, subdomains: bool) -> Iterator[str]:
    """Whose page it is: `$badge_face` must be looked at first, its pattern sets the pieces of the row."""
    pieces = r"(?<badge_version>[0-9]+) (?<badge_look>[0-9]-[0-9]) (?<badge_domain>[^ ]+) (?<badge_name>[^|]+)"
    row = rf'"~^{pieces}\|(?<badge_mark>.+)$"'
    yield from _map("$badge_row", "$badge_face", [("default", "unknown"), (row, "$badge_look")])
    site = SITE.removeprefix("^").replace("([", "(?<badge_site>[", 1).removesuffix("|$)") + "|[ \\t]*$)"
    pairs = [("default", '"?"'), ('""', '""'), (r'"~^[ \t]+$"', '""'), (_pattern(f"~*^[ \\t]*{site}"), "$badge_site")]
    yield from _map("$http_referer", "$badge_host", pairs)
    below = r"(?:.*\.)?" if subdomains else r"(?:www\.)?"
    own = rf'"~*^[^ ]+ (?:([^|]+)\|[^|]*\|{below}\1|[^|]*\|([^|]+)\|{below}\2)$"'
    pairs = [("default", "foreign"), ('"~^unknown "', "unknown"), (r'"~^[^ ]+ [^|]*\|[^|]*\|$"', "own"), (own, "own")]
    yield from _map('"$badge_face $badge_domain|$badge_name|$badge_host"', "$badge_variant", pairs)
    yield from _map("$badge_fresh", "$badge_answer", [("default", "neutral"), ("1", "$badge_variant")])


def _pattern(regex: str) -> str:
    """A regular expression as a quoted word of nginx, which reads a doubled backslash as one."""
    return '"' + regex.replace("\\\\", "\\\\\\\\") + '"'


def _answers() -> Iterator[str]:
    tags: dict[str, str] = {
        str(name): f"'\"{EDITION}-$badge_version-$badge_look-{name}\"'" for name in (Variant.OWN, Variant.FOREIGN)
    }
    tags |= {"neutral": f"'\"{EDITION}-neutral\"'", "default": f"'\"{EDITION}-unknown\"'"}
    yield from _map("$badge_answer", "$badge_etag", tags.items())
    lives = [("default", f'"{FOR_UNKNOWN}"'), ("own", f'"{FOR_OWN}"'), ("foreign", f'"{FOR_FOREIGN}"')]
    yield from _map("$badge_answer", "$badge_life", lives)
    same = [("default", '""'), (r'"~^[ \t]*\*[ \t]*\|"', "1"), (r"""'~("[^"|]+").*\|\1$'""", "1")]
    yield from _map('"$http_if_none_match|$badge_etag"', "$badge_is_same", same)
    yield from _map('"$badge_answer $badge_look"', "$badge_picture", _pictures())


def _pictures() -> Iterator[tuple[str, str]]:
    yield "default", _body(Variant.UNKNOWN)
    yield '"~^neutral"', _body(Variant.NEUTRAL)
    yield '"~^foreign"', _body(Variant.FOREIGN)
    for code in emblems.STATES:
        for stars in range(MAX_STARS + 1):
            yield f'"own {code}-{stars}"', _body(Variant.OWN, code, stars)


def _body(variant: Variant, code: int = 1, stars: int = 0) -> str:
    picture = template(variant, code, stars)
    assert not set("'$\\") & set(picture), "nginx would read these signs"
    return "'" + picture.replace(DOMAIN, "${badge_name}").replace(MARK, "${badge_mark}") + "'"


def location(misuse_log: str = "") -> Iterator[str]:
    """The lines of `badges.location`; `misuse_log` is where nginx notes foreign pages, without their visitors."""
    yield "location ~ ^/badge/[^/]*\\.svg$ {"
    yield "types { }"
    yield f'default_type "{TYPE}";'
    for name, value in (*SAME_ALWAYS, *transport_security(), ("Cache-Control", "$badge_life"), ("ETag", "$badge_etag")):
        yield f'add_header {name} "{value}";'
    if misuse_log:
        yield f"access_log {misuse_log} badge_misuse buffer=32k flush=5s if=$badge_is_foreign;"
    else:
        yield "access_log off;"
    yield "if ($request_method !~ ^(?:GET|HEAD)$) { return 405; }"
    # nginx adds `Content-Length: 0` here; caches leave that field out of the update (RFC 9111, 3.2)
    yield "if ($badge_is_same) { return 304; }"
    yield "return 200 $badge_picture;"
    yield "}"


def write(path: Path, lines: Iterable[str]) -> None:
    """Puts the whole file in place of the old one: nginx reads the one or the other, never a part."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
