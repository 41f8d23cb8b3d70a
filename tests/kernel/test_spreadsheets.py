"""CSV-1: no payload of anybody becomes a formula in somebody's spreadsheet."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enamad_portal.kernel.spreadsheets import BOM, csv_lines, inert

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
WHITE = ("", " ", "  ", "\t", "\r", "\n", "\u00a0")
UNSEEN = ("\0", "\ufeff", "\u200e", "\u200f", "\u202e", "\u2066", "\u200b", "\u200c")
PAYLOADS = [f"{before}{sign}cmd|' /C calc'!A0" for sign in SIGNS for before in WHITE + UNSEEN]


def opened(text):
    """The cells as a spreadsheet reads them."""
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def runs(cell):
    seen = cell.lstrip(" \t\r\n\u00a0\ufeff\u200b\u200c\u200e\u200f\u202e\u2066")
    return cell.startswith(("\t", "\r", "\0")) or seen.startswith(SIGNS)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_csv_1_no_cell_of_the_file_is_run(payload):
    (_, row) = opened("".join(csv_lines(["a", "b"], [[payload, f"x{payload}"]])))
    assert not runs(row[0])
    assert row[1] == f"x{payload}".replace("\0", "")


@given(st.text(max_size=40))
@example("\u200f=1")
@example("\0=1")
def test_csv_1_whatever_is_typed(text):
    assert not runs(inert(text))


HARMLESS = [(None, ""), (0, "0"), (500_000, "500000"), ("تعرفه‌ها", "تعرفه‌ها"), ("a=b", "a=b")]


@pytest.mark.parametrize(("value", "cell"), HARMLESS)
def test_what_is_harmless_stays_as_it_is(value, cell):
    assert inert(value) == cell


def test_every_cell_is_quoted_and_the_file_says_utf_8():
    assert "".join(csv_lines(["ردیف"], [["۱"], [2]])) == '\ufeff"ردیف"\r\n"۱"\r\n"2"\r\n'
