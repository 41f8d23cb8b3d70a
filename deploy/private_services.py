"""Private PostgreSQL, Redis and nginx for tests, the smoke and benchmarks: free ports, own temporary folders.

    python -m deploy.private_services -- COMMAND …

runs COMMAND with DATABASE_URL and REDIS_URL set and stops everything afterwards, whatever happened.
As root, PostgreSQL runs as an ordinary user, because it refuses to run as root.
"""

import argparse
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.processes import StartError, free_port, listens, spawn, stop, wait_until

START_WITHIN_S = 60
ORDINARY_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Services:
    """Where the private services listen."""

    database_url: str
    redis_url: str

    def urls(self) -> dict[str, str]:
        """The two variables that make the portal use them."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


def program(name: str, *folders: Path) -> str:
    """The path of an installed program, also from folders that are on no PATH; StartError when it is missing."""
    for folder in folders:
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise StartError(f"{name} is not installed: run `sh deploy/debian.sh`, or see its list of packages")
    return found


def postgres_program(name: str) -> str:
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    return program(name, *sorted(versions, key=lambda folder: float(folder.parent.name), reverse=True))


def ordinary_user() -> str | None:
    """The user that PostgreSQL runs as when we are root; None when we are ordinary ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ORDINARY_USERS if name in known), ORDINARY_USERS[-1])


@contextlib.contextmanager
def folder(name: str, owner: str | None = None) -> Iterator[Path]:
    """A temporary folder that `owner` may use; its path is short enough for a Unix socket."""
    path = Path(tempfile.mkdtemp(prefix=f"portal-{name}-", dir=_temporary_root(owner)))
    try:
        if owner is not None:
            shutil.chown(path, owner)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _temporary_root(owner: str | None) -> Path | None:
    """The system's own folder when another user must reach it: TMPDIR may lie in a private home."""
    return None if owner is None else Path("/tmp")  # noqa: S108 - mkdtemp makes a fresh name in it


@contextlib.contextmanager
def postgres(*settings: str) -> Iterator[str]:
    """A PostgreSQL of our own with an empty database `portal`; its URL. `settings`: `name=value` for the server."""
    user, port, password = ordinary_user(), free_port(), secrets.token_hex(16)
    with folder("pg", user) as home:
        _init_database_folder(home, user, password)
        options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", *settings]
        with (home / "log").open("wb") as log:
            server = spawn(
                [postgres_program("postgres"), "-D", str(home / "data"), *(f"--{option}" for option in options)],
                cwd=home,
                user=user,
                output=log,
                last_word=signal.SIGINT,
            )
        try:
            _await_postgres(server, home, port)
            _run_as(
                user, home, [postgres_program("createdb"), "-h", str(home), "-p", str(port), "-U", "portal", "portal"]
            )
            yield f"postgres://portal:{password}@127.0.0.1:{port}/portal"
        finally:
            stop(server, sig=signal.SIGINT, grace_s=20)  # SIGINT: end the sessions too, then write a clean end


def _init_database_folder(home: Path, user: str | None, password: str) -> None:
    words = home / "password"
    words.write_text(password, encoding="ascii")
    if user is not None:
        shutil.chown(words, user)
    options = "-U portal -E UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 --no-instructions"
    _run_as(user, home, [postgres_program("initdb"), "-D", str(home / "data"), *options.split(), f"--pwfile={words}"])


def _await_postgres(server: subprocess.Popen[bytes], home: Path, port: int) -> None:
    probe = [postgres_program("pg_isready"), "-q", "-h", str(home), "-p", str(port)]
    try:
        wait_until(
            lambda: subprocess.run(probe, check=False).returncode == 0,
            "private PostgreSQL",
            within_s=START_WITHIN_S,
            process=server,
        )
    except StartError as error:
        raise StartError(f"{error}:\n{(home / 'log').read_text(errors='replace')[-2000:]}") from error


def _run_as(user: str | None, home: Path, command: Sequence[str]) -> None:
    done = subprocess.run(
        command, user=user, extra_groups=[] if user else None, cwd=home, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise StartError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


@contextlib.contextmanager
def redis(*settings: str) -> Iterator[str]:
    """A Redis of our own that keeps nothing on disk and evicts nothing; its URL. `settings`: extra arguments."""
    port = free_port()
    with folder("redis") as home, (home / "log").open("wb") as log:
        fixed = f"--port {port} --bind 127.0.0.1 --appendonly no --maxmemory-policy noeviction --dir {home}"
        server = spawn([program("redis-server"), *fixed.split(), "--save", "", *settings], cwd=home, output=log)
        try:
            wait_until(lambda: listens(port), "private Redis", within_s=START_WITHIN_S, process=server)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            stop(server)


@contextlib.contextmanager
def nginx(site: str, port: int) -> Iterator[Path]:
    """An nginx of our own that serves the `server` blocks of `site`, ready when `port` listens; its folder."""
    with folder("nginx") as home:
        config = write_nginx_config(home, site)
        server = spawn([program("nginx"), "-p", str(home), "-c", str(config), "-g", "daemon off;"], cwd=home)
        try:
            wait_until(lambda: listens(port), "private nginx", within_s=START_WITHIN_S, process=server)
            yield home
        finally:
            stop(server)


def write_nginx_config(home: Path, site: str) -> Path:
    """The main file around the `server` blocks of `site`: what the container image of nginx has around them."""
    for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (home / name).mkdir(exist_ok=True)
    temporary = "\n".join(
        f"    {kind}_temp_path {home / name};"
        for name, kind in (
            ("body", "client_body"),
            *((name, name) for name in ("proxy", "fastcgi", "uwsgi", "scgi")),
        )
    )
    user = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""
    config = home / "nginx.conf"
    config.write_text(
        f"{user}\nworker_processes 1;\npid {home}/pid;\nerror_log stderr warn;\nevents {{ worker_connections 512; }}\n"
        f"http {{\n    include /etc/nginx/mime.types;\n    access_log off;\n{temporary}\n{site}\n}}\n",
        encoding="utf-8",
    )
    return config


def check_nginx(site: str) -> str:
    """What `nginx -t` says about the `server` blocks of `site`; StartError when it refuses them."""
    with folder("nginx") as home:
        config = write_nginx_config(home, site)
        command = [program("nginx"), "-t", "-q", "-p", str(home), "-c", str(config)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise StartError(done.stderr.strip())
        return done.stderr


@contextlib.contextmanager
def services() -> Iterator[Services]:
    """PostgreSQL and Redis together, stopped at the end in any case."""
    with postgres() as database_url, redis() as redis_url:
        yield Services(database_url, redis_url)


def _interrupt(_sig: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description="run a command with a private PostgreSQL and Redis")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    command = parser.parse_args().command
    command = command[1:] if command[:1] == ["--"] else command
    if not command:
        parser.error("give a command after --")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with services() as private:
            return subprocess.run(command, env=dict(os.environ) | private.urls(), check=False).returncode
    except KeyboardInterrupt:
        return 130
    except StartError as error:
        print(f"private services: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
