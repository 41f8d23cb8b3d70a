"""How personal data is kept: imported through `enamad_portal.kernel.crypto`."""
