"""Nothing that was started is left behind, whoever dies first."""

import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from deploy.processes import ROOT, StartError, claim_port, free_port, spawn, stop, wait_until
from deploy.supervise import Place

FAMILY = "import subprocess, sys, time; subprocess.Popen(['sleep', '1000']); print('up', flush=True); time.sleep(1000)"


def gone(*pids):
    return all(not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE for pid in pids)


def family(process):
    assert process.stdout.readline() == b"up\n"
    return [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]


def test_stop_takes_the_whole_group():
    process = spawn([sys.executable, "-c", FAMILY], output=subprocess.PIPE)
    pids = family(process)
    assert len(pids) == 2
    stop(process)
    process.stdout.close()
    wait_until(lambda: gone(*pids), "the end of the group", within_s=5)


def test_stop_takes_orphans_of_a_leader_that_died_before():
    process = spawn([sys.executable, "-c", FAMILY], output=subprocess.PIPE)
    pids = family(process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    stop(process)
    process.stdout.close()
    wait_until(lambda: gone(*pids), "the end of the group", within_s=5)


@pytest.mark.crash
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux tells children that their parent died")
def test_a_killed_parent_takes_its_children_along():
    code = (
        "import time; from deploy.processes import spawn; print(spawn(['sleep', '99']).pid, flush=True); time.sleep(9)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: gone(child), "the end of the child", within_s=5)


def test_a_taken_port_is_named_with_the_variable_that_moves_it():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"port {port} .*PORT=…"):
            claim_port("127.0.0.1", port, "PORT")


def test_a_free_port_can_be_claimed():
    claim_port("127.0.0.1", free_port(), "PORT")


def test_waiting_ends_when_the_process_ends():
    process = spawn([sys.executable, "-c", "raise SystemExit(3)"])
    started = time.monotonic()
    with pytest.raises(StartError, match="it ended with status 3"):
        wait_until(lambda: False, "it", within_s=30, process=process)
    assert time.monotonic() - started < 20


def test_one_port_for_both_is_told_before_anything_starts(monkeypatch):
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("SANDBOX_PORT", "9000")
    with pytest.raises(StartError, match="PORT and SANDBOX_PORT are both 9000"):
        Place.from_environment()
