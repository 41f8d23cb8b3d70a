"""Second factor of staff: a time-based code (RFC 6238) or one of ten recovery codes, stored as allauth's devices.

allauth gives the device rows and the arithmetic. Counting tries and refusing a code's second use are ours, in rows:
its own marks lie in the cache, which may be emptied, and its limits are not atomic.
"""

import base64
import io
from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.conf import settings

from enamad_portal.accounts.models import User
from enamad_portal.kernel import crypto, use_cases
from enamad_portal.kernel.lifecycle import locked

_AAD = b"mfa_authenticator|data|secret"
RECOVERY_CODE_DIGITS = 8


class SealedDevices(DefaultMFAAdapter):  # type: ignore[misc]
    """Setting MFA_ADAPTER: secrets of devices are sealed like every other secret (PII-2)."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(crypto.seal(text.encode(), aad=_AAD)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(base64.b64decode(encrypted_text), aad=_AAD).decode()

    def get_totp_issuer(self) -> str:
        return str(settings.PRODUCT_NAME_FA)


def _device(user: User, kind: str) -> Any:
    return Authenticator.objects.filter(user_id=user.pk, type=kind).first()


def is_enrolled(user: User) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def new_secret() -> str:
    """160 random bits as base32 text, the form that authenticator apps take."""
    return str(totp.generate_totp_secret())


def counter_of(secret: str, code: str) -> int | None:
    """The time step (RFC 6238) this code belongs to, when it is one of the three that count now."""
    for counter in totp.yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))):
            return int(counter)
    return None


def matching_counter(user: User, code: str) -> int | None:
    """As `counter_of`, against the account's device."""
    device = _device(user, Authenticator.Type.TOTP)
    return counter_of(decrypt(device.data["secret"]), code) if device else None


def spend_recovery_code(user: User, code: str) -> bool:
    """Whether this is an unused recovery code; it is used up by this call. Call it inside a transaction."""
    device = _device(user, Authenticator.Type.RECOVERY_CODES)
    return bool(device and RecoveryCodes(device).validate_code(code))


def enrol(user: User, secret: str) -> list[str]:
    """Binds the device with this secret to the account; returns fresh recovery codes, shown once."""
    forget(user)
    totp.TOTP.activate(user, secret)
    return [str(code) for code in RecoveryCodes.activate(user).get_unused_codes()]


def forget(user: User) -> None:
    """The account has no second factor any more: the next sign-in begins with enrolment."""
    Authenticator.objects.filter(user_id=user.pk).delete()


def reseal(progress: crypto.Progress) -> crypto.Resealed:
    """Every secret of every device under the newest key; a broken device is named by its pk."""
    done = crypto.Resealed()
    for pk in list(Authenticator.objects.order_by("pk").values_list("pk", flat=True)):
        done.rows += 1
        try:
            done.changed += use_cases.run(_reseal_device, pk)
        except crypto.SealBroken:
            done.broken.append(pk)
        except Authenticator.DoesNotExist:
            continue
    progress(done)
    return done


def _reseal_device(pk: int) -> bool:
    device = locked(Authenticator, pk)
    fresh = {name: _renewed(name, value) for name, value in device.data.items()}
    if fresh == device.data:
        return False
    Authenticator.objects.filter(pk=pk).update(data=fresh)
    return True


def _renewed(name: str, value: Any) -> Any:
    """A secret under the newest key; every other value as it is."""
    if name == "migrated_codes":
        return [_renewed("seed", code) for code in value]
    if name not in {"secret", "seed"}:
        return value
    held = crypto.SealedBytes(base64.b64decode(value))
    return value if held.key_id == crypto.key_ring().newest else SealedDevices().encrypt(decrypt(value))


def drawing(user: User, secret: str) -> str:
    """The QR code of an `otpauth:` address as inline SVG, without any style of its own."""
    import qrcode  # type: ignore[import-untyped]  # noqa: PLC0415 - brings Pillow and lxml, for one page of staff
    from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]  # noqa: PLC0415

    address = SealedDevices().build_totp_url(user, secret)
    out = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(out)
    svg = out.getvalue().decode()
    return svg[svg.index("<svg") :]
