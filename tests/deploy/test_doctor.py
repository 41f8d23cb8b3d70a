"""doctor names what is missing and one cure, and fails for what is needed only."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enamad_portal.kernel.management.commands import doctor


def run():
    out = StringIO()
    call_command("doctor", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_machine_that_runs_these_tests_has_what_is_needed():
    marks = {line.split()[0] for line in run().splitlines() if not line.startswith(" ")}
    assert marks <= {"ok", "absent"}


@pytest.mark.django_db
def test_a_disk_that_is_too_full_fails(monkeypatch):
    monkeypatch.setattr(doctor, "SPARE_DISK", 2**80)
    with pytest.raises(CommandError, match="1 needed"):
        run()


def test_a_library_that_is_absent_is_named():
    assert doctor.absent_libraries(("libc.so.6", "libno-such-thing.so.9")) == ["libno-such-thing.so.9"]


def test_an_optional_thing_is_absent_not_missing():
    line = doctor.Finding("PDF engine", "not there", ok=False, cure="install it", needed=False).line()
    assert line == "absent   PDF engine: not there\n         → install it"


def test_rel_10_the_time_zone_data_knows_that_iran_left_summer_time():
    assert doctor.time_zone().ok


def test_upl_8_a_missing_scanner_is_told_and_a_dead_one_fails(settings):
    assert (doctor.malware_scanner().ok, doctor.malware_scanner().needed) == (False, False)
    settings.MALWARE_SCANNER = "tcp://127.0.0.1:9"
    assert (doctor.malware_scanner().ok, doctor.malware_scanner().needed) == (False, False)
    settings.WORLD = "real"
    assert (doctor.malware_scanner().ok, doctor.malware_scanner().needed) == (False, True)


def test_upl_8_a_scanner_that_answers_is_well(sandbox, settings):
    settings.MALWARE_SCANNER = sandbox.url.replace("http://", "tcp://")
    assert doctor.malware_scanner().line() == "ok       malware scanner: answers"
