"""The certificate authority of the demo shops.

Issuing needs `trustme` and `cryptography`, 20 MB that the sandbox does not carry: it runs this module as a child
(`python -m enamad_portal.sandbox.certificates FOLDER DOMAIN KIND …`) and reads the files it leaves.
"""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

CA_FILE = "ca.pem"
_LIFE = timedelta(days=90)
_RENEW_AFTER_S = 60 * 24 * 3600
_ISSUING = threading.Lock()


def certificate_file(folder: Path, domain: str, kind: str) -> Path:
    """PEM of key and chain."""
    return folder / f"{domain}.{kind}.pem"


def ensure(folder: Path, wanted: list[tuple[str, str]], now_s: float) -> None:
    """Issues what is missing or older than 60 days, in one child process."""
    with _ISSUING:
        missing = [one for one in wanted if _is_stale(certificate_file(folder, *one), now_s)]
        if missing or not (folder / CA_FILE).exists():
            words = [word for one in missing for word in one]
            command = [sys.executable, "-m", "enamad_portal.sandbox.certificates", str(folder), *words]
            subprocess.run(command, check=True, timeout=60)  # noqa: S603 — our own interpreter and checked names


def _is_stale(path: Path, now_s: float) -> bool:
    return not path.exists() or path.stat().st_mtime + _RENEW_AFTER_S < now_s


def issue(folder: Path, wanted: list[tuple[str, str]]) -> None:
    """Writes the authority (once) and a file for each (domain, kind)."""
    import trustme  # noqa: PLC0415 — see above

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_file, ca_file = folder / "ca.key", folder / CA_FILE
    if key_file.exists() and ca_file.exists():
        authority = trustme.CA.from_pem(ca_file.read_bytes(), key_file.read_bytes())
    else:
        authority = trustme.CA(organization_name="Sandbox of the portal")
        _write(key_file, authority.private_key_pem.bytes())
        _write(ca_file, authority.cert_pem.bytes())
    now = datetime.now(UTC)
    for domain, kind in wanted:
        issuer = trustme.CA(organization_name="Nobody trusts this") if kind == "untrusted" else authority
        names = ["another.test"] if kind == "wrong_name" else [domain, f"www.{domain}"]
        end = now - timedelta(days=1) if kind == "expired" else now + _LIFE
        leaf = issuer.issue_cert(*names, not_before=now - timedelta(days=30), not_after=end)
        _write(certificate_file(folder, domain, kind), leaf.private_key_and_cert_chain_pem.bytes())


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    fresh.replace(path)


if __name__ == "__main__":
    arguments = sys.argv[2:]
    issue(Path(sys.argv[1]), list(zip(arguments[::2], arguments[1::2], strict=True)))
