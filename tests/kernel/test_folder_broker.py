from contextlib import contextmanager
from queue import Empty

import pytest
from kombu import Connection


@contextmanager
def channel(folder):
    options = {name: str(folder) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    transport = "enamad_portal.kernel.folder_broker:Transport"
    with Connection("filesystem://localhost", transport=transport, transport_options=options) as link:
        yield link.channel()


class LooksInBetween:
    """A message whose reader looks for it while it is being composed."""

    def __init__(self, reader):
        self.reader, self.seen = reader, []

    def __json__(self):
        try:
            self.seen.append(self.reader._get("default"))
        except Empty:
            self.seen.append(None)
        return "whole"


def test_a_message_appears_whole_or_not_at_all(tmp_path):
    with channel(tmp_path) as writer, channel(tmp_path) as reader:
        message = LooksInBetween(reader)
        writer._put("default", {"body": message})
        assert message.seen == [None]
        assert reader._get("default") == {"body": "whole"}
        with pytest.raises(Empty):
            reader._get("default")


def test_messages_come_in_their_order_and_only_from_their_queue(tmp_path):
    with channel(tmp_path) as writer:
        for number in range(3):
            writer._put("default", number)
            writer._put("fetch", -number)
        assert writer._size("default") == 3
        assert sorted(writer._get("default") for _ in range(3)) == [0, 1, 2]
