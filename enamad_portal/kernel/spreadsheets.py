"""CSV for people's spreadsheets: a cell is never a formula, whoever typed it (CSV-1)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from enamad_portal.kernel.iran.text import strip_invisible

BOM = "\ufeff"
_RUN = tuple("=+-@＝＋－＠")
_ALSO = tuple("\t\r\0")


def inert(value: object) -> str:
    """The text of a cell; one that a spreadsheet would run begins with an apostrophe. None is an empty cell.

    White space and invisible characters before the sign count for nothing: the spreadsheet skips them too.
    """
    text = "" if value is None else str(value)
    runs = text.startswith(_ALSO) or strip_invisible(text).lstrip().startswith(_RUN)
    text = text.replace("\0", "")
    return f"'{text}" if runs else text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A file line by line: UTF-8 with the mark that Excel looks for, every cell quoted."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    yield BOM
    for row in chain([header], rows):
        writer.writerow([inert(cell) for cell in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
