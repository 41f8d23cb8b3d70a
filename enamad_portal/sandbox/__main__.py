"""`python -m enamad_portal.sandbox`: serves the outside world until SIGTERM.

Environment: HOST, SANDBOX_PORT (0: any free port), PORTAL_VAR, BASE_URL (or PORT) of the portal, PROVIDER_SECRET or the
file var/secrets/provider. One line on standard output says where it listens once it does.
"""

import os
import signal
import sys
import threading
import time
from pathlib import Path

from enamad_portal.sandbox.behaviour import Behaviours
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.pages import refused
from enamad_portal.sandbox.routes import ROUTES
from enamad_portal.sandbox.shop_server import ShopServer
from enamad_portal.sandbox.shops import Shops, seed
from enamad_portal.sandbox.store import Store
from enamad_portal.sandbox.web import SandboxServer

_SECRET_WAIT_S = 30.0


def main() -> int:
    var = Path(os.environ.get("PORTAL_VAR") or Path(__file__).resolve().parents[2] / "var")
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("SANDBOX_PORT", "8001"))
    try:
        secret = read_secret(var)
        box = open_box(var / "sandbox", secret, host)
        server = SandboxServer((host, port), ROUTES, box, refused)
    except (OSError, LookupError) as error:
        sys.stderr.write(f"sandbox: cannot start on {host}:{port}: {error}\n")
        return 1
    box.url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{server.server_port}"  # noqa: S104 — compared only
    serve(box, server)
    return 0


def read_secret(var: Path) -> str:
    """The secret shared with the portal; waits for the portal to make it. Raises LookupError."""
    if secret := os.environ.get("PROVIDER_SECRET"):
        return secret
    path, end = var / "secrets" / "provider", time.monotonic() + _SECRET_WAIT_S
    while not path.exists():
        if time.monotonic() > end:
            raise LookupError(f"set PROVIDER_SECRET, or start the portal once so that it writes {path}")
        time.sleep(0.1)
    return path.read_text(encoding="ascii").strip()


def open_box(folder: Path, secret: str, host: str) -> Box:
    store = Store(folder / "world.sqlite3")
    portal = os.environ.get("BASE_URL") or f"http://{host}:{os.environ.get('PORT', '8000')}"
    box = Box(store, Behaviours(store), secret, folder, "", portal.rstrip("/"))
    seed(box)
    box.shop_server = ShopServer(Shops(store), folder / "tls")
    return box


def serve(box: Box, server: SandboxServer) -> None:
    """Until SIGTERM or Ctrl-C; what was answered is already on disk."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    assert box.shop_server is not None
    box.events.start()
    box.shop_server.start()
    sys.stdout.write(f"sandbox: {box.url}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    box.events.stop()
    box.shop_server.stop()
    server.server_close()


if __name__ == "__main__":
    sys.exit(main())
