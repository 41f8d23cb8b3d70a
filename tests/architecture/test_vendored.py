"""Files of others lie here unchanged: each README names the version, the licence and the hash."""

import base64
import hashlib
import re

from django.conf import settings


def test_htmx_is_the_file_that_its_readme_names():
    folder = settings.BASE_DIR / "static" / "vendor" / "htmx"
    told = re.search(r"sha384 of `htmx.min.js`: `([^`]+)`", (folder / "README.md").read_text("utf-8"))
    found = base64.b64encode(hashlib.sha384((folder / "htmx.min.js").read_bytes()).digest()).decode()
    assert (told[1], (folder / "LICENSE.txt").is_file()) == (found, True)
