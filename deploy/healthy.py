"""Exit 0 when the portal on this machine says it is alive: the health check of the web container.

It asks by the name of BASE_URL, because the portal answers to no other.
"""

import os
import sys
from urllib.parse import urlsplit

from deploy.processes import answers

if __name__ == "__main__":
    name = urlsplit(os.environ.get("BASE_URL", "")).netloc or None
    sys.exit(0 if answers("127.0.0.1", int(os.environ.get("PORT", "8000")), "/healthz", name=name) else 1)
