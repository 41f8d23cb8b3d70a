"""The broker of the embedded default: kombu's folder of files, in which a message appears whole or not at all.

kombu opens the file under its final name, then composes the message and writes it. Whoever looks in between takes an
empty file, and his worker ends.
"""

import time
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps
from kombu.utils.uuid import uuid


class Channel(filesystem.Channel):
    """Readers take what ends in `<queue>.msg` in the order of names; a leading dot hides a file from them."""

    def _put(self, queue: str, payload: Any, **_options: Any) -> None:  # type: ignore[override]  # as kombu's own
        text, name = dumps(payload), f"{round(time.monotonic() * 1000)}_{uuid()}.{queue}.msg"
        hidden = Path(self.data_folder_out) / f".{name}"
        hidden.write_text(text, encoding="utf-8")
        hidden.rename(hidden.with_name(name))


class Transport(filesystem.Transport):
    """Setting CELERY_BROKER_TRANSPORT."""

    Channel = Channel
