"""Personal data at rest: sealed columns and files, blind indexes, code digests (PII-1..3).

Every model, service and test imports from here; how it is done lies in `kernel/sealing/`.
"""

from enamad_portal.kernel.sealing.digests import DIGEST_LENGTH, blind_index, code_hash, equal
from enamad_portal.kernel.sealing.fields import (
    Sealed,
    SealedDateField,
    SealedField,
    SealedJSONField,
    SealedTextField,
)
from enamad_portal.kernel.sealing.reseal import ELSEWHERE, Progress, Resealed, reseal, sealed_models
from enamad_portal.kernel.sealing.ring import (
    SealBroken,
    SealedBytes,
    key_ring,
    place,
    seal,
    seal_file,
    unseal,
    unseal_file,
)

__all__ = [
    "DIGEST_LENGTH",
    "ELSEWHERE",
    "Progress",
    "Resealed",
    "SealBroken",
    "Sealed",
    "SealedBytes",
    "SealedDateField",
    "SealedField",
    "SealedJSONField",
    "SealedTextField",
    "blind_index",
    "code_hash",
    "equal",
    "key_ring",
    "place",
    "reseal",
    "seal",
    "seal_file",
    "sealed_models",
    "unseal",
    "unseal_file",
]
