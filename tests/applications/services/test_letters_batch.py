"""`manage.py letters_batch`: the contractor's file, his answer, and a reprint by a person."""

import csv
import io
import stat
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command

from applications.lifecycle import LetterState
from enamad_portal.accounts.models import User
from enamad_portal.kernel.actors import Role
from tests.applications.address_case import letter, open_case, pay_postage

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("letters_batch", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture
def waiting(sandbox, settings, tmp_path):
    settings.LETTERS_BY, settings.VAR_DIR = "contractor", tmp_path
    case = open_case("postal")
    pay_postage(case, sandbox)
    return case


def files():
    return sorted((Path(portal.VAR_DIR) / "letters").glob("*.csv"))


def test_the_file_holds_each_letter_once_and_only_its_owner_reads_it(waiting):
    assert run().startswith("1 letters in ")
    (path,) = files()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding="utf-8", newline="") as file:
        (row,) = list(csv.DictReader(file))
    assert (row["serial"], row["recipient"], row["postal_code"]) == (
        letter(waiting).serial,
        "مریم نگارنده",
        "1193653594",
    )
    assert "خیابان آزادی" in row["address"]
    assert run() == "no letter waits to be printed"
    assert files() == [path]


def test_a_folder_that_cannot_be_written_takes_no_letter(waiting):
    (Path(portal.VAR_DIR) / "letters").write_text("in the way")
    with pytest.raises(FileExistsError):
        run()
    assert letter(waiting).state == LetterState.ORDERED


def test_the_contractors_answer_posts_the_letters_and_names_strangers(waiting, tmp_path):
    run()
    answer = tmp_path / "back.csv"
    answer.write_text(f"serial,barcode\n{letter(waiting).serial},123456\nalien,1\n", encoding="utf-8")
    with pytest.raises(CommandError, match="alien"):
        run("--posted", str(answer))
    assert (letter(waiting).state, letter(waiting).tracking) == (LetterState.POSTED, "123456")


@pytest.mark.parametrize(("by", "note"), [("", "x"), ("nobody", "x"), ("helper", ""), ("reader", "گم شد")])
def test_rel_8_a_reprint_without_a_person_and_a_reason_is_refused(waiting, by, note):
    run()
    User.objects.create_staff("helper", "x" * 16, Role.SUPPORT)
    User.objects.create_staff("reader", "x" * 16, Role.AUDITOR)
    with pytest.raises(CommandError):
        run("--reprint", letter(waiting).serial, "--by", by, "--note", note)
    assert letter(waiting).state == LetterState.PRINTED


def test_rel_8_a_reprint_by_support_is_in_the_next_file(waiting):
    run()
    User.objects.create_staff("helper", "x" * 16, Role.SUPPORT)
    first = letter(waiting).serial
    files()[0].unlink()
    run("--reprint", first, "--by", "helper", "--note", "پرونده خراب شد")
    run()
    assert letter(waiting).serial != first
    assert letter(waiting).serial in files()[0].read_text(encoding="utf-8")


def test_a_reprint_of_no_letter_says_so(waiting):
    User.objects.create_staff("helper", "x" * 16, Role.SUPPORT)
    with pytest.raises(CommandError, match="alien"):
        run("--reprint", "alien", "--by", "helper", "--note", "x")
