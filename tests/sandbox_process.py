"""The sandbox as a real child process, for every test that needs an outside world."""

import json
import os
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[1]


class SandboxProcess:
    """`start()` returns once it listens; a later `start()` after `stop()` or `kill()` keeps port and state."""

    def __init__(self, folder, secret="44" * 32, portal_url="http://127.0.0.1:9"):
        self.folder, self.secret, self.portal_url = Path(folder), secret, portal_url
        self.url, self._process = "", None

    def start(self):
        environment = os.environ | {
            "PORTAL_VAR": str(self.folder),
            "HOST": "127.0.0.1",
            "SANDBOX_PORT": str(urlsplit(self.url).port or 0),
            "PROVIDER_SECRET": self.secret,
            "BASE_URL": self.portal_url,
        }
        command = [sys.executable, "-m", "enamad_portal.sandbox"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        assert line.startswith("sandbox: "), "the sandbox did not start"
        self.url = line.removeprefix("sandbox: ").strip()
        return self

    def stop(self):
        """Asks it to end, and returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self):
        """Ends it without a warning."""
        return self._end(signal.SIGKILL)

    def _end(self, number):
        if self._process is None:
            return None
        process, self._process = self._process, None
        process.send_signal(number)
        code = process.wait(timeout=10)
        process.stdout.close()
        return code

    @property
    def pid(self):
        return self._process.pid

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    # HTTP

    def call(self, method, path, body=None):
        """Status, headers and raw body of one unsigned request."""
        parts = urlsplit(self.url)
        connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
        try:
            data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
            connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def json(self, method, path, body=None):
        """The JSON answer; anything but 2xx is an AssertionError that shows it."""
        status, _, raw = self.call(method, path, body)
        assert 200 <= status < 300, f"{method} {path}: {status} {raw.decode()}"
        return json.loads(raw)

    # What happened

    def inbox(self, channel="", to=""):
        return self.json("GET", f"/inbox.json?{urlencode({'channel': channel, 'to': to})}")

    def code(self, channel, to):
        """The first code of the newest message."""
        return self.inbox(channel, to)[0]["codes"][0]

    def effects(self, service=""):
        """`{reference: count}`, of one service or of all."""
        found = self.json("GET", "/effects.json")
        return {one["reference"]: one["count"] for one in found if not service or one["service"] == service}

    def callbacks(self):
        return self.json("GET", "/callbacks.json")

    # What shall happen

    def behave(self, **services):
        """`behave(police={"lost_callbacks": True}, portal_url="http://127.0.0.1:1234")`."""
        return self.json("POST", "/behaviour", services)

    def behave_well(self):
        return self.json("DELETE", "/behaviour")

    def shop(self, domain, **settings):
        """Creates or replaces a shop: `pages={"/": html}` or `template="golestan"`, `tls="expired"`, …"""
        return self.json("POST", "/shops", {"domain": domain} | settings)

    def shops(self, domains, **settings):
        """Many shops with the same settings, in one go."""
        return self.json("POST", "/shops/many", {"domains": domains} | settings)

    def change_shop(self, domain, **settings):
        return self.json("PUT", f"/shops/{quote(domain)}", settings)

    def put(self, domain, part, **fields):
        """`put("golestan.test", "head", html="<meta …>")`; parts: head, body, title, file, txt."""
        return self.json("PUT", f"/shops/{quote(domain)}/{part}", fields)

    def call_the_portal(self, caller, digits):
        return self.json("POST", "/calls/incoming", {"caller": caller, "digits": digits})

    def move_letter(self, reference, state):
        return self.json("PUT", f"/letters/{quote(reference, safe='')}", {"state": state})

    def decide_police(self, police_reference, outcome):
        return self.json("PUT", f"/police/{police_reference}", {"outcome": outcome})

    def press(self, authority, action="pay"):
        """What the payer does on the gateway's page: `{state, return_url}`."""
        return self.json("PUT", f"/payments/{authority}", {"action": action})
