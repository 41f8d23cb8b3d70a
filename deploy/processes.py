"""Child processes that never outlive their parent: a group each, stopped as a group."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PR_SET_PDEATHSIG = 1  # prctl(2)


class StartError(Exception):
    """A process or port that is needed is not there; the message is one line for a person."""


def die_with_parent(sig: signal.Signals = signal.SIGTERM) -> None:
    """Ask Linux to send `sig` to this process when its parent ends, however it ends; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(sig), 0, 0, 0)


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    user: str | None = None,
    output: int | IO[bytes] | None = None,
    last_word: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start `command` as the leader of its own process group.

    `user`: an ordinary user to become (root only). `last_word`: the signal it gets when we die without stopping it.
    Call it from the main thread: Linux counts the end of the starting thread as the death of the parent.
    """
    return subprocess.Popen(
        list(command),
        env=dict(env) if env is not None else None,
        cwd=cwd,
        user=user,
        group=_group_of(user),
        extra_groups=[] if user else None,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        process_group=0,
        preexec_fn=lambda: die_with_parent(last_word),  # noqa: PLW1509 - the parent has one thread
    )


def _group_of(user: str | None) -> int | None:
    if user is None:
        return None
    import pwd  # noqa: PLC0415 - absent on Windows, where nobody changes users

    return pwd.getpwnam(user).pw_gid


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill every process of the group, also when its leader is gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)


def stop(process: subprocess.Popen[bytes], *, grace_s: float = 10, sig: signal.Signals = signal.SIGTERM) -> None:
    """Ask the leader to end, wait `grace_s`, then kill what is left of its group."""
    if process.poll() is None:
        process.send_signal(sig)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=grace_s)
    kill_group(process)


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def claim_port(host: str, port: int, variable: str) -> None:
    """Raise StartError when nothing could listen on `host:port`; `variable` is what a person sets to move it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(
                f"cannot listen on {host} port {port} ({error.strerror or error}): give a free one with {variable}=…"
            ) from error


def wait_until(
    ready: Callable[[], bool], what: str, *, within_s: float, process: subprocess.Popen[bytes] | None = None
) -> None:
    """Poll `ready` until it is true; StartError after `within_s` seconds or when `process` ends before."""
    deadline = time.monotonic() + within_s
    while not ready():
        if process is not None and process.poll() is not None:
            raise StartError(f"{what} ended with status {process.returncode} before it was ready")
        if time.monotonic() > deadline:
            raise StartError(f"{what} was not ready within {within_s:.0f} s")
        time.sleep(0.05)


def listens(port: int, host: str = "127.0.0.1") -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def answers(host: str, port: int, path: str, *, name: str | None = None) -> bool:
    """Whether GET `path` answers 200; `name` is the Host header. Plain sockets: http.client would bring ssl along."""
    request = f"GET {path} HTTP/1.1\r\nHost: {name or f'{host}:{port}'}\r\nConnection: close\r\n\r\n"
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=2) as link:
        link.sendall(request.encode("ascii"))
        return link.recv(32).startswith(b"HTTP/1.1 200")
    return False
