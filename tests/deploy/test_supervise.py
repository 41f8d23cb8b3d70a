"""`make run` from outside: a killed child comes back, a taken port is told before anything starts, nothing stays."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress

import psutil
import pytest

from deploy.processes import ROOT, answers, free_port, wait_until

PATIENCE_S = 120
EMBEDDED = pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="the embedded portal is tested once")


def environment(var, port, sandbox_port):
    hidden = {"DATABASE_URL", "REDIS_URL", "BASE_URL", "WORLD", "HOST"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "enamad_portal.settings.embedded",
        "PORTAL_VAR": str(var),
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
    }


def start(env, output):
    return subprocess.Popen([sys.executable, "-m", "deploy.supervise"], cwd=ROOT, env=env, stdout=output, stderr=output)


def worker_of(supervisor):
    """The pid of the leader of the worker's group, once celery runs in it."""
    for child in psutil.Process(supervisor.pid).children():
        with suppress(psutil.Error):  # it may end while we look
            if {"worker", "-P"} <= set(child.cmdline()):
                return child.pid
    return None


def alive(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One folder for all starts: only the first prepares it."""
    return tmp_path_factory.mktemp("portal")


@pytest.fixture
def portal(folder):
    port, path = free_port(), folder / "output"
    with path.open("wb") as output:
        supervisor = start(environment(folder / "var", port, free_port()), output)
    try:
        wait_until(
            lambda: answers("127.0.0.1", port, "/healthz"), "the portal", within_s=PATIENCE_S, process=supervisor
        )
        yield supervisor
    finally:
        supervisor.terminate()
        supervisor.wait(timeout=30)


@EMBEDDED
@pytest.mark.crash
def test_a_killed_worker_comes_back_and_nothing_stays_behind(portal):
    wait_until(lambda: worker_of(portal), "the worker", within_s=PATIENCE_S)
    killed = worker_of(portal)
    group = psutil.Process(portal.pid).children(recursive=True)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: worker_of(portal) not in {None, killed}, "the next worker", within_s=PATIENCE_S)
    assert worker_of(portal) != killed
    everything = {*group, *psutil.Process(portal.pid).children(recursive=True)}
    portal.send_signal(signal.SIGINT)
    assert portal.wait(timeout=30) == 0
    wait_until(lambda: alive(everything) == [], "the end of all children", within_s=10)


@EMBEDDED
@pytest.mark.crash
def test_a_killed_supervisor_takes_all_children_along(portal):
    everything = psutil.Process(portal.pid).children(recursive=True)
    assert len(everything) >= 4
    portal.kill()
    wait_until(lambda: alive(everything) == [], "the end of all children", within_s=30)


@pytest.mark.parametrize("variable", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_told_before_anything_starts(tmp_path, variable):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env = environment(tmp_path / "var", free_port(), free_port()) | {variable: str(taken.getsockname()[1])}
        done = subprocess.run(
            [sys.executable, "-m", "deploy.supervise"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"give a free one with {variable}=" in done.stderr
    assert not (tmp_path / "var").exists()


def test_a_port_that_is_no_number_is_told(tmp_path):
    env = environment(tmp_path / "var", "80a", 1)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.supervise"], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "portal: PORT must be a port number, not '80a'\n")
