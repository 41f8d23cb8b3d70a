"""Pictures, decoded and drawn anew (UPL-4). Runs in the child process only."""

import io

from PIL import Image, ImageOps

from enamad_portal.kernel.uploads.limits import MAX_PIXELS, Kind
from enamad_portal.kernel.uploads.verdicts import Denied, Made

_JPEG_QUALITY = 88  # text on a photographed document stays sharp at about the size a phone writes
_KEPT_MODES = {Kind.JPEG: ("L", "RGB"), Kind.PNG: ("1", "L", "RGB", "RGBA")}


def clean_picture(data: bytes, kind: Kind) -> Made | Denied:
    """The same picture without EXIF, ICC, GPS, comments or anything behind its end."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # the child turns the warning into an error
    try:
        with Image.open(io.BytesIO(data), formats=[kind.name]) as picture:
            if kind is Kind.PNG and getattr(picture, "is_animated", False):
                return Denied("upload_image_animated")
            picture.verify()
        with Image.open(io.BytesIO(data), formats=[kind.name]) as picture:
            picture.load()
            return Made(_encoded(picture, kind), pages=1)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Denied("upload_image_too_many_pixels", {"limit": MAX_PIXELS // 1_000_000})
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (a decoder may raise anything on hostile data)
        return Denied("upload_image_broken")


def _encoded(picture: Image.Image, kind: Kind) -> bytes:
    upright = ImageOps.exif_transpose(picture)  # the turn lives in the EXIF that is about to go
    plain = _in_kept_mode(upright, kind)
    plain.info = {}
    out = io.BytesIO()
    if kind is Kind.JPEG:
        plain.save(out, "JPEG", quality=_JPEG_QUALITY)
    else:
        plain.save(out, "PNG")
    return out.getvalue()


def _in_kept_mode(picture: Image.Image, kind: Kind) -> Image.Image:
    if kind is Kind.PNG and picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode in _KEPT_MODES[kind]:
        return picture
    if picture.mode.startswith("I"):  # 16 bit grey; a plain convert() would clip it to white
        return picture.convert("I").point(lambda grey: grey / 256).convert("L")
    return picture.convert("RGB")
