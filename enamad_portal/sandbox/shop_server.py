"""All demo shops behind one pair of loopback ports: the Host header and the server name of TLS tell them apart."""

import socket
import ssl
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import unquote, urlsplit

from enamad_portal.sandbox.certificates import CA_FILE, certificate_file, ensure
from enamad_portal.sandbox.shops import Page, Shop, Shops, bare

_HSTS = {"Strict-Transport-Security": "max-age=31536000"}
_MOST_CONTEXTS = 16  # each costs some 50 KB
_MISSING = Page("<!doctype html><html lang=fa dir=rtl><title>۴۰۴</title><p>این صفحه وجود ندارد.</p></html>", status=404)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: "_Listener"

    def _serve(self) -> None:
        shop = self.server.shops.get(bare(self.headers.get("Host", "")))
        if shop is None or shop.down:
            self.close_connection = True
            return
        time.sleep(shop.delay_s)
        page = _redirect(self.headers["Host"], self.path) if self._belongs_on_tls(shop) else _page(shop, self.path)
        self._send(replace(page, headers=_HSTS | page.headers) if shop.hsts and self.server.is_tls else page)

    do_GET = do_HEAD = do_POST = _serve  # noqa: N815 — names of the standard library

    def _belongs_on_tls(self, shop: Shop) -> bool:
        return shop.https_redirect and shop.tls != "off" and not self.server.is_tls

    def _send(self, page: Page) -> None:
        body = page.body.encode()
        self.close_connection = True
        self.send_response(page.status)
        headers = {"Content-Type": page.content_type, "Content-Length": str(len(body)), "Connection": "close"}
        for name, value in (headers | page.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def version_string(self) -> str:
        return "shop"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — signature of the standard library
        """Nothing."""


def _page(shop: Shop, target: str) -> Page:
    path = unquote(urlsplit(target).path)
    return shop.page(path) or shop.page(path.rstrip("/")) or _MISSING


def _redirect(host: str, target: str) -> Page:
    return Page("", status=301, headers={"Location": f"https://{host.partition(':')[0]}{target}"})


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, shops: Shops, context: ssl.SSLContext | None) -> None:
        self.shops, self._context = shops, context
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def is_tls(self) -> bool:
        return self._context is not None

    def server_bind(self) -> None:
        """Without the reverse look-up of our own name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, object]:
        """The handshake waits for the connection's own thread: one slow client must not hold up the others."""
        connection, address = super().get_request()
        connection.settimeout(30)
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """A refused handshake is what some shops are for."""


class ShopServer:
    """The two listeners and the certificates behind them."""

    def __init__(self, shops: Shops, folder: Path) -> None:
        self._shops, self._folder = shops, folder
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}
        self.prepare(shops.all())
        front = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        front.set_alpn_protocols(["http/1.1"])
        front.sni_callback = self._choose
        self._plain, self._secure = _Listener(shops, None), _Listener(shops, front)

    @property
    def ca_pem(self) -> str:
        return (self._folder / CA_FILE).read_text(encoding="ascii")

    def loopback_port(self, port: int) -> int:
        """Where connections to a shop's port 80 or 443 really go."""
        return (self._secure if port == 443 else self._plain).server_port

    def prepare(self, shops: list[Shop]) -> None:
        """Issues the certificates that these shops need at the moment."""
        wanted = [(shop.domain, shop.tls) for shop in shops if shop.tls != "off"]
        ensure(self._folder, wanted, time.time())

    def start(self) -> None:
        for listener in (self._plain, self._secure):
            threading.Thread(target=listener.serve_forever, daemon=True).start()

    def stop(self) -> None:
        for listener in (self._plain, self._secure):
            listener.shutdown()
            listener.server_close()

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        shop = self._shops.get(bare(name or ""))
        if shop is None or shop.tls == "off":
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self._context(shop)
        return None

    def _context(self, shop: Shop) -> ssl.SSLContext:
        key = (shop.domain, shop.tls)
        context = self._contexts.get(key)
        if context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate_file(self._folder, *key))
            if len(self._contexts) >= _MOST_CONTEXTS:
                self._contexts.clear()
            self._contexts[key] = context
        return context
