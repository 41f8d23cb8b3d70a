"""Checks of uploaded files (UPL-1..6, UPL-8): pure in the parent, every decode in a confined child process."""

from enamad_portal.kernel.uploads.inspection import Accepted, inspect, quota_refusal, render_page
from enamad_portal.kernel.uploads.limits import MAX_BYTES_PER_USER, MAX_FILES_PER_USER, Kind
from enamad_portal.kernel.uploads.names import safe_name
from enamad_portal.kernel.uploads.scanning import SCAN_LABELS, Scan, register_scanner, scanner

__all__ = [
    "MAX_BYTES_PER_USER",
    "MAX_FILES_PER_USER",
    "SCAN_LABELS",
    "Accepted",
    "Kind",
    "Scan",
    "inspect",
    "quota_refusal",
    "register_scanner",
    "render_page",
    "safe_name",
    "scanner",
]
