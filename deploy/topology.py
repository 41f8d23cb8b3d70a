"""`deploy/smoke`: PostgreSQL, Redis, prepare, web, worker, beat and nginx with TLS, from the commands and settings of
docker-compose.yml, on loopback and free ports; then the main job over HTTPS. Exits 0 only if the badge is live.

Differences from production, all listed here: where things listen and lie, and the sandbox as the outside world.
"""

import contextlib
import http.client
import os
import secrets
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from deploy import compose
from deploy.private_services import check_nginx, folder, nginx, program, services
from deploy.processes import BIN, ROOT, StartError, answers, free_port, listens, spawn, stop, wait_until

READY_WITHIN_S = 60


@dataclass(frozen=True)
class Site:
    """Where this run keeps its files and listens."""

    home: Path
    http: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)
    web: int = field(default_factory=free_port)
    sandbox: int = field(default_factory=free_port)

    @property
    def base_url(self) -> str:
        return f"https://127.0.0.1:{self.https}"

    def replaced(self) -> dict[str, str]:
        """The words of compose's commands that differ here."""
        return {
            "0.0.0.0": "127.0.0.1",  # noqa: S104
            "8000": str(self.web),
            "/tmp/beat": str(self.home / "beat"),  # noqa: S108
            "/srv/badges": str(self.home / "badges"),
        }

    def environment(self, database_url: str, redis_url: str) -> dict[str, str]:
        """Compose's environment of the portal, with the addresses and the world of this run."""
        fresh = {
            name: secrets.token_hex(32) for name in ("SECRET_KEY", "BLIND_INDEX_KEY", "CODE_PEPPER", "AUDIT_ANCHOR_KEY")
        }
        values = fresh | {
            "FIELD_KEYS": f"k1:{secrets.token_hex(32)}",
            "PROVIDER_SECRET": secrets.token_hex(32),
            "PROVIDERS": "{}",  # the sandbox stands for all of them
            "PAYMENT_ORIGINS": "http://127.0.0.1",
            "FETCH_OWN_NETWORKS": "127.0.0.0/8",
            "BASE_URL": self.base_url,
            "POSTGRES_PASSWORD": "replaced",
            "REDIS_PASSWORD": "replaced",
        }
        return compose.environment("web", values) | {
            "PATH": f"{BIN}:{os.environ.get('PATH', '/usr/bin:/bin')}",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PORTAL_VAR": str(self.home / "var"),
            "WORLD": "sandbox",
            "SMOKE": "1",
            "PORT": str(self.web),
            "SANDBOX_PORT": str(self.sandbox),
            "SANDBOX_URL": f"http://127.0.0.1:{self.sandbox}",
        }

    def nginx_values(self) -> dict[str, str]:
        """What compose gives to nginx, with the addresses of this run."""
        return {
            "HTTP_LISTEN": f"127.0.0.1:{self.http}",
            "HTTPS_LISTEN": f"127.0.0.1:{self.https}",
            "TLS_CERTIFICATE": str(self.home / "fullchain.pem"),
            "TLS_KEY": str(self.home / "privkey.pem"),
            "UPSTREAM": f"127.0.0.1:{self.web}",
            "STATIC_ROOT": f"{self.home}/var/static/",
            "BADGE_MAPS": str(self.home / "badges"),
        }


def nginx_site(values: Mapping[str, str]) -> str:
    """deploy/nginx.conf filled in as the container image does: only the names in `values`, nginx's own `$…` stay."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace("${" + name + "}", value)
    return text


def make_certificate(home: Path) -> Path:
    """A certificate for 127.0.0.1 and its authority, in `home`; the authority's file."""
    authority = trustme.CA()
    leaf = authority.issue_cert("127.0.0.1")
    (home / "privkey.pem").write_bytes(leaf.private_key_pem.bytes())
    (home / "fullchain.pem").write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
    authority.cert_pem.write_to_path(str(home / "authority.pem"))
    return home / "authority.pem"


@contextlib.contextmanager
def running(name: str, command: list[str], env: Mapping[str, str], home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """One process of the topology; its output goes to `home`/log, the end of it to stderr when something fails."""
    path = home / "log" / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as log:
        process = spawn([_program(command[0]), *command[1:]], env=env, output=log)
    try:
        yield process
    except StartError:
        sys.stderr.write(f"--- {name}\n{path.read_text(encoding='utf-8', errors='replace')[-3000:]}\n")
        raise
    finally:
        stop(process, grace_s=15)


def _program(word: str) -> str:
    return str(BIN / word) if (BIN / word).exists() else word


def once(what: str, command: list[str], env: Mapping[str, str]) -> None:
    """Run a command to its end in sight of the reader; StartError when it fails."""
    started = time.monotonic()
    process = spawn([_program(command[0]), *command[1:]], env=env)
    try:
        status = process.wait()
    finally:
        stop(process)
    if status != 0:
        raise StartError(f"{what} ended with status {status}")
    print(f"smoke: {what} {time.monotonic() - started:.1f} s", flush=True)


def look_through_nginx(site: Site, authority: Path) -> None:
    """What nginx decides: HTTP moves to HTTPS, a forged X-Forwarded-Proto changes nothing, static files are its own."""
    plain = http.client.HTTPConnection("127.0.0.1", site.http, timeout=10)
    plain.request("GET", "/", headers={"X-Forwarded-Proto": "https"})
    expect("HTTP moves to HTTPS", plain.getresponse().status, 301)
    plain.close()
    trusted = ssl.create_default_context(cafile=str(authority))
    secure = http.client.HTTPSConnection("127.0.0.1", site.https, timeout=10, context=trusted)
    secure.request("GET", "/", headers={"X-Forwarded-Proto": "http"})
    home = secure.getresponse()
    home.read()
    expect("home page", home.status, 200)
    expect("HSTS headers", len(home.headers.get_all("Strict-Transport-Security") or []), 1)
    secure.request("GET", "/static/staticfiles.json")
    expect("a static file", secure.getresponse().status, 200)
    secure.close()


def following(site: Site, front: Path) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """What the container of nginx runs beside it, with this run's nginx (its folder is `front`) under that name."""
    stand_in = site.home / "bin" / "nginx"
    stand_in.parent.mkdir()
    own = f"{program('nginx')} -p {front} -c {front / 'nginx.conf'}"
    stand_in.write_text(f'#!/bin/sh\nexec {own} "$@"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    env = {"PATH": f"{stand_in.parent}:/usr/bin:/bin", "BADGE_MAPS": str(site.home / "badges")}
    return running("follow-badges", ["sh", "-c", f". {ROOT}/deploy/follow-badges.sh; wait"], env, site.home)


def look_at_logo_of_nginx(site: Site, authority: Path, web: subprocess.Popen[bytes]) -> None:
    """The exported maps answer for the badge of the job while the portal itself is down (architecture 6)."""
    stop(web)
    maps = (site.home / "badges" / "badges.conf").read_text(encoding="utf-8")
    path = maps.split("/badge/", 1)[1].split(" ", 1)[0]
    trusted = ssl.create_default_context(cafile=str(authority))

    def status() -> int:
        secure = http.client.HTTPSConnection("127.0.0.1", site.https, timeout=10, context=trusted)
        try:
            secure.request("GET", f"/badge/{path}")
            return secure.getresponse().status
        finally:
            secure.close()

    wait_until(lambda: status() == 200, "the logo from nginx alone", within_s=10)


def expect(what: str, seen: object, wanted: object) -> None:
    if seen != wanted:
        raise StartError(f"through nginx: {what}: {wanted} expected, {seen} seen")


def smoke() -> None:
    """Start everything, drive the job, stop everything; StartError names what failed."""
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(folder("smoke"))
        (home / "badges").mkdir()
        (home / "var").mkdir()
        home.chmod(0o711)  # the workers of nginx are another user: they pass through to the static files
        site, private = Site(home), stack.enter_context(services())
        env, authority = site.environment(private.database_url, private.redis_url), make_certificate(home)
        check_nginx(nginx_site(site.nginx_values()))
        once("check --deploy", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"], env)
        once("prepare", [*compose.command("prepare"), "--demo"], env)
        start = {"sandbox": ["python", "-m", "enamad_portal.sandbox"]}
        start |= {name: compose.command(name, site.replaced()) for name in ("web", "worker", "beat", "badges")}
        trust = {"REQUESTS_CA_BUNDLE": str(authority), "SSL_CERT_FILE": str(authority)}
        processes = {
            name: stack.enter_context(running(name, words, env | (trust if name == "sandbox" else {}), home))
            for name, words in start.items()
        }
        name = f"127.0.0.1:{site.https}"
        wait_until(lambda: listens(site.sandbox), "sandbox", within_s=READY_WITHIN_S, process=processes["sandbox"])
        wait_until(
            lambda: answers("127.0.0.1", site.web, "/healthz", name=name),
            "web",
            within_s=READY_WITHIN_S,
            process=processes["web"],
        )
        both = site.home / "badges" / "badges.location"  # written last; compose waits for the same file
        wait_until(both.exists, "badge maps", within_s=READY_WITHIN_S, process=processes["badges"])
        front = stack.enter_context(nginx(nginx_site(site.nginx_values()), site.https))
        processes["follow-badges"] = stack.enter_context(following(site, front))
        look_through_nginx(site, authority)
        once("one application through nginx", ["python", "-m", "deploy.demo"], env | trust)
        for service, process in processes.items():
            if process.poll() is not None:
                raise StartError(f"{service} ended with status {process.returncode} during the job")
        look_at_logo_of_nginx(site, authority, processes["web"])


def _interrupt(_sig: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    started = time.monotonic()
    try:
        smoke()
    except KeyboardInterrupt:
        return 130
    except StartError as error:
        print(f"smoke: {error}", file=sys.stderr)
        return 1
    print(f"smoke: the badge is live behind nginx, {time.monotonic() - started:.1f} s in all", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
