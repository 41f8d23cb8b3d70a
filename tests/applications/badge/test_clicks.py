import os
import sys
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections

from applications.badge import clicks, misuse, spool
from applications.badge.clicks import record_click
from applications.models import ClickCount, ClickSpool
from applications.services import clicks as folding
from enamad_portal.kernel import clock
from tests.applications.factories import NOON

LATER = NOON + timedelta(minutes=1)
DAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _own_spool(spool_dir):
    yield
    clicks._spool.close()
    misuse._spool.close()


def click(badge, times=1, at=NOON):
    with clock.frozen_at(at):
        for _ in range(times):
            record_click(badge.public_id)


def counted():
    return {(row.badge.domain, row.day): row.clicks for row in ClickCount.objects.select_related("badge")}


def write(name, data):
    spool.folder().mkdir(parents=True, exist_ok=True)
    path = spool.folder() / f"clicks-{name}.spool"
    path.write_bytes(data)
    return path


def line(badge, day="20261121-12"):
    return f"{badge.public_id} {day}\n".encode()


def test_a_click_is_a_line_without_the_visitor(make_badge, spool_dir):
    badge = make_badge()
    click(badge)
    (path,) = spool_dir.iterdir()
    assert path.read_text() == f"{badge.public_id} 20261121-12\n"
    assert path.stat().st_mode & 0o777 == 0o640


def test_clicks_are_counted_by_tehran_day(make_badge):
    shop, other = make_badge("shop.ir"), make_badge("other.ir")
    click(shop, 3)
    click(other, 2)
    click(shop, 4, at=datetime(2026, 11, 21, 20, 29, 59, tzinfo=UTC))
    click(shop, 5, at=datetime(2026, 11, 21, 20, 30, tzinfo=UTC))
    assert folding.fold(LATER) == 14
    click(shop)
    assert folding.fold(LATER) == 1
    assert folding.fold(LATER) == 0
    tomorrow = DAY + timedelta(days=1)
    assert counted() == {("shop.ir", DAY): 8, ("other.ir", DAY): 2, ("shop.ir", tomorrow): 5}


def test_a_torn_last_line_waits_and_harms_no_other(make_badge):
    badge = make_badge()
    whole = line(badge)
    path = write("a", whole + whole[:30])
    assert folding.fold(LATER) == 1
    with path.open("ab") as file:
        file.write(whole[30:])
    assert folding.fold(LATER) == 1
    torn = write("b", whole[:30] + whole + b"\n\xff\n" + whole)
    assert folding.fold(LATER) == 2
    assert not torn.exists()


def test_what_is_no_click_of_a_known_badge_is_ignored(make_badge):
    badge = make_badge()
    strange = [b"a" * 26 + b" 20261121-12\n", line(badge, "20261399-12"), line(badge, "2026112-12"), b"\n", b"x y z\n"]
    write("a", b"".join(strange) + line(badge))
    assert folding.fold(LATER) == 1
    assert counted() == {("shop.ir", DAY): 1}


def test_a_finished_file_goes_and_the_one_in_use_stays(make_badge, spool_dir):
    badge = make_badge()
    click(badge)
    click(badge, at=NOON + timedelta(hours=1))
    folding.fold(LATER)
    assert [path.name.split("-")[-3:-1] for path in spool_dir.iterdir()] == [["20261121", "13"]]
    assert ClickSpool.objects.count() == 1
    clicks._spool.close()
    folding.fold(LATER)
    assert (list(spool_dir.iterdir()), ClickSpool.objects.count()) == ([], 0)
    click(badge)
    assert folding.fold(LATER) == 1


def test_a_torn_end_is_given_up_a_day_after_its_writer(make_badge):
    path = write("a", line(make_badge())[:-1])
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    folding.fold(written + timedelta(hours=23))
    assert path.exists()
    folding.fold(written + timedelta(hours=25))
    assert not path.exists()


def test_a_file_turns_over_by_size(make_badge, spool_dir):
    small = spool.Spool("clicks", max_bytes=100)
    for _ in range(7):
        small.append(line(make_badge).strip() if False else b"a" * 26 + b" 20261121-12", "20261121-12")
    small.close()
    assert sorted(path.stat().st_size for path in spool_dir.iterdir()) == [39, 117, 117]


def test_many_badges_take_several_batches(make_badge, monkeypatch):
    monkeypatch.setattr(folding, "BATCH_BYTES", 100)
    monkeypatch.setattr(folding, "_ROWS", 2)
    badges = [make_badge(f"shop{i}.ir") for i in range(5)]
    write("a", b"".join(line(badge) * (i + 1) for i, badge in enumerate(badges)))
    assert folding.fold(LATER) == 15
    assert counted() == {(f"shop{i}.ir", DAY): i + 1 for i in range(5)}


def test_notes_of_misuse_are_kept_for_a_month(make_badge, spool_dir):
    misuse.record("a" * 26, "https://evil.com/", NOON)
    misuse._spool.close()
    (path,) = spool_dir.iterdir()
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    folding.fold(written + timedelta(days=29))
    assert path.exists()
    folding.fold(written + timedelta(days=31))
    assert not path.exists()


def test_a_full_disk_hides_no_page(make_badge, settings, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    settings.CLICK_SPOOL_DIR = tmp_path / "file" / "below"
    record_click("a" * 26)
    assert "was not recorded" in caplog.text


def test_the_command_says_how_many(make_badge, capsys):
    click(make_badge(), 3)
    call_command("fold_clicks")
    assert capsys.readouterr().out == "3 clicks counted\n"


def in_a_child(work):
    """Runs `work` in a forked process with its own connection; its exit status."""
    connections.close_all()
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def dying_at(step, files):
    """A trace function that ends the process at the given executed line of these files."""
    left = step

    def trace(frame, event, _arg):
        nonlocal left
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            left -= 1
            if not left:
                os._exit(137)
        return trace

    return trace


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_a_crash_at_every_line_counts_each_click_once(make_badge, monkeypatch):
    monkeypatch.setattr(folding, "BATCH_BYTES", 90)
    shop, other = make_badge("shop.ir"), make_badge("other.ir")
    files, written, step, deaths = {folding.__file__, spool.__file__}, Counter(), 0, 0
    status = 137
    while status == 137:
        step += 1
        write(f"m-{step}-20261121-12-1", line(shop) * 2 + line(other))
        written += Counter({"shop.ir": 2, "other.ir": 1})

        def fold(step=step):
            sys.settrace(dying_at(step * 5, files))
            folding.fold(LATER)

        status = in_a_child(fold)
        deaths += status == 137
    assert status == 0
    folding.fold(LATER)
    assert deaths > 15
    assert counted() == {(domain, DAY): number for domain, number in written.items()}
    assert spool.files("clicks") == []


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_two_folders_at_once_count_each_click_once(make_badge, monkeypatch):
    monkeypatch.setattr(folding, "BATCH_BYTES", 2000)
    badges = [make_badge(f"shop{i}.ir") for i in range(20)]
    for name in "abcd":
        write(name, b"".join(line(badge) for badge in badges) * 30)

    def fold():
        try:
            folding.fold(LATER)
        finally:
            connection.close()

    folders = [threading.Thread(target=fold) for _ in range(4)]
    for folder in folders:
        folder.start()
    for folder in folders:
        folder.join()
    assert set(counted().values()) == {120}


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_a_killed_writer_loses_no_acknowledged_click(make_badge, tmp_path):
    badge = make_badge()
    acknowledged = tmp_path / "acknowledged"

    def write_until_killed():
        with acknowledged.open("ab", buffering=0) as told, clock.frozen_at(NOON):
            for number in range(3000):
                record_click(badge.public_id)
                told.write(b".")
                if number == 2500:
                    os.kill(os.getpid(), 9)

    assert in_a_child(write_until_killed) == -9
    assert folding.fold(LATER) == acknowledged.stat().st_size == 2501


def test_a_forked_child_writes_its_own_file(make_badge, spool_dir):
    badge = make_badge()
    click(badge)
    child = os.fork()
    if not child:
        click(badge)
        os._exit(0)
    os.waitpid(child, 0)
    click(badge)
    assert sorted(len(path.read_bytes()) for path in spool_dir.iterdir()) == [39, 78]


def test_recording_is_cheap(make_badge):
    with clock.frozen_at(NOON):
        record_click("a" * 26)
        started = clock.time.perf_counter()
        for _ in range(2000):
            record_click("a" * 26)
        spent = clock.time.perf_counter() - started
    assert spent / 2000 < 200e-6  # measured 5 µs; the bound only catches an accident
