"""The world around the portal, played by the sandbox: a phone, a mailbox, a letter box, and a shop's own site."""

import time
from collections.abc import Callable
from typing import Any

import requests

from deploy.demo.visitor import PATIENCE_S, JobFailedError


class Outside:
    """What the merchant hears, reads and pastes outside the portal."""

    def __init__(self, url: str) -> None:
        self.url = url

    def code_for(self, channel: str, to: str) -> str:
        """The newest code that reached this address."""
        return self._codes(channel, to, lambda _message: True)[0]

    def letter_codes(self, postal_code: str, reference: str) -> list[str]:
        """Both codes of the letter of one case: a house may get many letters."""
        return self._codes("letter", postal_code, lambda message: reference in message["text"])

    def open_shop(self, domain: str) -> None:
        """A complete shop on real TLS that sends plain HTTP to it."""
        shop = {"domain": domain, "https_redirect": True, "hsts": True}
        requests.post(f"{self.url}/shops", json=shop, timeout=10).raise_for_status()

    def paste(self, domain: str, part: str, markup: str) -> None:
        """Put markup into the `head` or the `body` of the shop's pages."""
        requests.put(f"{self.url}/shops/{domain}/{part}", json={"html": markup}, timeout=10).raise_for_status()

    def _codes(self, channel: str, to: str, wanted: Callable[[dict[str, Any]], bool]) -> list[str]:
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            query = {"channel": channel, "to": to}
            for message in requests.get(f"{self.url}/inbox.json", params=query, timeout=10).json():
                if message["codes"] and wanted(message):
                    return [str(code) for code in message["codes"]]
            time.sleep(0.1)
        raise JobFailedError(f"no {channel} code reached the inbox")
