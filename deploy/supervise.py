"""`make run`: the portal on one machine as four children of this one small process (no Django is imported here).

Each child has a process group of its own. A dead child is restarted with back-off after its whole group is killed;
a worker frees the leases of its predecessor before it starts. Exactly one worker reads the file broker.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, cast
from urllib.parse import urlsplit

from deploy.processes import BIN, ROOT, StartError, answers, claim_port, die_with_parent, kill_group, listens, spawn
from enamad_portal.sandbox import staff

SOURCES = ("enamad_portal", "applications", "licensing", "inspections", "complaints", "templates", "deploy")
QUEUES = "default,verification,fetch,notices,webhooks,pdf"
READY_WITHIN_S = 120
LOOK_EVERY_S = 0.25
STEADY_S = 60  # a child that ran this long starts with a clean record
WORST_PAUSE_S = 30
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}  # one's own machine
HOPELESS = 3  # starts that ended before the portal was ready even once


@dataclass(frozen=True)
class Place:
    """Where the portal listens and keeps its files; read once from the environment."""

    host: str
    port: int
    sandbox_port: int
    var: Path
    base_url: str

    @classmethod
    def from_environment(cls) -> "Place":
        host = os.environ.get("HOST", "127.0.0.1")
        port = _port("PORT", 8000)
        sandbox_port = _port("SANDBOX_PORT", 8001)
        if sandbox_port == port:
            raise StartError(f"PORT and SANDBOX_PORT are both {port}: give one of them another number")
        return cls(
            host=host,
            port=port,
            sandbox_port=sandbox_port,
            var=Path(os.environ.get("PORTAL_VAR") or ROOT / "var"),
            base_url=os.environ.get("BASE_URL", f"http://{host}:{port}").rstrip("/"),
        )

    @property
    def reach(self) -> str:
        """The address at which this process itself finds the portal."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104


def _port(variable: str, default: int) -> int:
    raw = os.environ.get(variable) or str(default)
    if not raw.isascii() or not raw.isdigit() or not 0 < int(raw) < 65536:
        raise StartError(f"{variable} must be a port number, not {raw!r}")
    return int(raw)


@dataclass
class Child:
    """One child: what runs it, and how its starts went."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    failures: int = 0
    start_at: float = field(default_factory=time.monotonic)

    def start(self) -> subprocess.Popen[bytes]:
        self.started_at = time.monotonic()
        self.process = spawn(self.command, env=dict(os.environ) | QUIET, output=subprocess.PIPE)
        return self.process

    def bury(self) -> None:
        """Kill what the dead leader left behind and set the time of the next start."""
        assert self.process is not None
        kill_group(self.process)
        lived = time.monotonic() - self.started_at
        self.failures = 1 if lived > STEADY_S else self.failures + 1
        self.start_at = time.monotonic() + min(WORST_PAUSE_S, 2 ** (self.failures - 1))
        self.process = None


def children(place: Place) -> list[Child]:
    """The commands of the embedded portal; production's are in docker-compose.yml."""
    python, manage = str(BIN / "python"), str(ROOT / "manage.py")
    celery = f"{BIN / 'celery'} -q -A enamad_portal"
    beat = f"{BIN / 'celery'} -q -A enamad_portal.beat beat --pidfile= -l WARNING"
    worker = f"worker -P prefork -c 2 -Q {QUEUES} --without-gossip --without-mingle --without-heartbeat -l INFO"
    web = f"--interface wsgi --host {place.host} --port {place.port} --workers 1 --blocking-threads 4 --http 1 --no-ws"
    return [
        Child("sandbox", [python, "-m", "enamad_portal.sandbox"]),
        Child("web", [str(BIN / "granian"), *web.split(), "enamad_portal.wsgi:application"]),
        Child("worker", ["/bin/sh", "-c", f'"{python}" "{manage}" free_leases && exec {celery} {worker}']),
        Child("beat", [*beat.split(), "--schedule", str(place.var / "beat")]),
    ]


class Supervisor:
    """Starts the children, shows what they say, restarts them, and takes them all along when it ends."""

    def __init__(self, place: Place, log: IO[bytes]) -> None:
        self.place = place
        self.log = log
        self.children = children(place)
        self.selector = selectors.DefaultSelector()
        self.unfinished: dict[int, bytes] = {}
        self.stopping = False
        self.ready_once = False

    def ask_to_stop(self, _sig: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def turn(self) -> None:
        """One turn of the loop: start what is due, pass output on, bury the dead."""
        for child in self.children:
            if child.process is None and time.monotonic() >= child.start_at:
                self._start(child)
        self._pass_output(0.2)
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._restart_later(child)

    def _start(self, child: Child) -> None:
        stream = child.start().stdout
        assert stream is not None
        self.selector.register(stream, selectors.EVENT_READ, child.name)

    def _restart_later(self, child: Child) -> None:
        assert child.process is not None
        status = child.process.returncode
        self._pass_output(0)
        child.bury()
        if not self.ready_once and child.failures >= HOPELESS:
            raise StartError(f"{child.name} ended {child.failures} times before it was ready: see its lines above")
        pause = max(0.0, child.start_at - time.monotonic())
        self.say(child.name, f"ended with status {status}; its next start is in {pause:.0f} s".encode())

    def _pass_output(self, wait_s: float) -> None:
        for key, _ in self.selector.select(wait_s):
            chunk = os.read(key.fd, 65536)
            *lines, rest = (self.unfinished.pop(key.fd, b"") + chunk).split(b"\n")
            for line in lines if chunk else [*lines, rest]:
                self.say(key.data, line)
            if chunk:
                self.unfinished[key.fd] = rest
            else:
                self.selector.unregister(key.fileobj)
                cast("IO[bytes]", key.fileobj).close()

    def say(self, name: str, line: bytes) -> None:
        if not line:
            return
        self.log.write(f"{name:<8}| ".encode() + line + b"\n")
        self.log.flush()

    def until_ready(self) -> None:
        """Turn until portal and sandbox answer; StartError when they do not in time."""
        place, deadline = self.place, time.monotonic() + READY_WITHIN_S
        name = urlsplit(place.base_url).netloc
        while not self.stopping:
            self.turn()
            if listens(place.sandbox_port) and answers(place.reach, place.port, "/healthz", name=name):
                self.ready_once = True
                return
            if time.monotonic() > deadline:
                raise StartError(
                    f"{place.base_url}/healthz did not answer within {READY_WITHIN_S} s: see the lines above"
                )

    def run(self, beside: subprocess.Popen[bytes] | None = None) -> int | None:
        """Turn until asked to stop, or until `beside` ends; its status then."""
        while not self.stopping:
            self.turn()
            if beside is not None and beside.poll() is not None:
                return beside.returncode
        return None

    def stop(self) -> None:
        """Ask all to end at once, give them ten seconds together, kill what is left."""
        alive = [child.process for child in self.children if child.process is not None]
        for process in alive:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + 10
        while any(process.poll() is None for process in alive) and time.monotonic() < deadline:
            self._pass_output(0.1)
        for process in alive:
            kill_group(process)


def version(folders: Iterable[Path]) -> str:
    """A digest of all files below `folders`: names and content."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def code_version() -> str:
    """What database and demo data depend on: code, migrations, data files, templates."""
    return version(ROOT / folder for folder in SOURCES)


def static_version() -> str:
    """What the collected files depend on: our static folders and the packages that bring theirs."""
    ours = [path for folder in SOURCES for depth in ("static", "*/static") for path in (ROOT / folder).glob(depth)]
    return version([ROOT / "static", ROOT / "requirements", *ours])


def prepare(place: Place, supervisor: "Supervisor") -> None:
    """Migrate, seed and collect, each unless this version did so already in this folder."""
    stamps = {place.var / "prepared": code_version(), place.var / "collected": static_version()}
    fresh = {path for path, text in stamps.items() if path.exists() and path.read_text(encoding="ascii") == text}
    static = place.var / "collected" not in fresh or not (place.var / "static").is_dir()
    kept_here = not os.environ.get("DATABASE_URL") and (place.var / "portal.sqlite3").exists()
    if kept_here and place.var / "prepared" in fresh and not static:
        return
    job = spawn([str(BIN / "python"), "-m", "deploy.prepare", "--demo", *([] if static else ["--no-static"])])
    while job.poll() is None and not supervisor.stopping:
        time.sleep(0.05)
    kill_group(job)
    if supervisor.stopping:
        return
    if job.returncode != 0:
        raise StartError("the portal could not be prepared: see the lines above")
    for path, text in stamps.items():
        path.write_text(text, encoding="ascii")


def take_folder(var: Path) -> IO[str]:
    """Make the folders and hold the lock that keeps a second supervisor out; it lasts as long as the handle."""
    for name in ("broker/queue", "broker/control", "broker/processed", "documents", "clicks", "log"):
        (var / name).mkdir(parents=True, exist_ok=True)
    lock = (var / "supervisor.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StartError(
            f"a portal already runs on {var}: stop it, or give another folder with PORTAL_VAR=…"
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def welcome(place: Place, seconds: float) -> None:
    print(f"\nportal   {place.base_url}/    ready in {seconds:.1f} s")
    print(f"sandbox  http://127.0.0.1:{place.sandbox_port}/    the inbox of SMS, mail, calls and letters")
    print(f"staff    {place.base_url}/admin/    {', '.join(staff.ROLES)}    password {staff.PASSWORD}")
    print("Ctrl-C stops it.\n", flush=True)


def call_the_cast(supervisor: Supervisor) -> None:
    """Once for each folder: the demo data come in through the portal's own pages while people look around."""
    marker = supervisor.place.var / "cast"
    if marker.exists():
        return
    job = spawn([str(BIN / "python"), "-m", "deploy.demo.cast"])
    if supervisor.run(beside=job) == 0:
        marker.touch()
    kill_group(job)


def supervise(place: Place, *, demo: bool, cast: bool, leave: bool) -> int:
    """The whole life of the portal; the exit status."""
    started = time.monotonic()
    claim_port(place.host, place.port, "PORT")
    claim_port(place.host, place.sandbox_port, "SANDBOX_PORT")
    log_path = place.var / "log" / "portal.log"
    with take_folder(place.var), log_path.open("wb") if demo else sys.stdout.buffer as log:
        supervisor = Supervisor(place, log)
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, supervisor.ask_to_stop)
        try:
            prepare(place, supervisor)
            supervisor.until_ready()
            return _serve(supervisor, time.monotonic() - started, demo=demo, cast=cast, leave=leave)
        except StartError as error:
            if demo:
                sys.stderr.write(log_path.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise StartError(str(error)) from error
        finally:
            supervisor.stop()


def _serve(supervisor: Supervisor, seconds: float, *, demo: bool, cast: bool, leave: bool) -> int:
    if supervisor.stopping:
        return 0
    welcome(supervisor.place, seconds)
    status: int | None = 0
    if demo:
        job = spawn([str(BIN / "python"), "-m", "deploy.demo"])
        status = supervisor.run(beside=job)
        kill_group(job)
        if status is None or leave:
            return 1 if status is None else status
        print(f"{'The job failed; t' if status else 'T'}he portal stays up; its log is var/log/portal.log.", flush=True)
    if cast:
        call_the_cast(supervisor)
    supervisor.run()
    return status or 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", action="store_true", help="drive the main job once the portal is ready")
    parser.add_argument("--cast", action="store_true", help="fill an empty portal with demo data once it is ready")
    parser.add_argument("--exit", action="store_true", dest="leave", help="with --demo: stop after the job")
    parser.add_argument("--die-with-parent", action="store_true", help="stop when the starting process ends")
    options = parser.parse_args()
    if options.die_with_parent:
        die_with_parent()
    os.chdir(ROOT)
    try:
        return supervise(Place.from_environment(), demo=options.demo, cast=options.cast, leave=options.leave)
    except StartError as error:
        print(f"portal: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
