"""Undoing a content encoding we did not ask for (FET-7): one layer of gzip or deflate, bounded on both sides."""

import zlib

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.limits import Limits
from enamad_portal.kernel.fetch.trouble import FetchTrouble

_GZIP = 16 + zlib.MAX_WBITS
_STEP = 64 * 1024


class Unpacker:
    """Takes the body piece by piece; `finish` gives all of it."""

    def __init__(self, encodings: list[str], limits: Limits) -> None:
        self._limits = limits
        self._wire = 0
        self._body = bytearray()
        self._layer = _layer(encodings)

    def add(self, piece: bytes) -> None:
        """FetchTrouble(BODY_TOO_LARGE or COMPRESSION_REFUSED) as soon as a limit is passed."""
        self._wire += len(piece)
        if self._wire > self._limits.wire_bytes:
            raise FetchTrouble(FailureCode.BODY_TOO_LARGE, f"more than {self._limits.wire_bytes} bytes")
        if self._layer is None:
            self._body += piece
        elif not self._layer.eof:
            self._inflate(piece)

    def _inflate(self, piece: bytes) -> None:
        assert self._layer is not None
        while piece and not self._layer.eof:
            try:
                self._body += self._layer.decompress(piece, _STEP)
            except zlib.error as error:
                self._retry_raw(piece, error)
            self._check()
            piece = self._layer.unconsumed_tail

    def _retry_raw(self, piece: bytes, error: zlib.error) -> None:
        """`deflate` means zlib to the RFC and raw deflate to some servers."""
        if self._body or self._wire != len(piece) or not isinstance(self._layer, _Deflate):
            raise FetchTrouble(FailureCode.COMPRESSION_REFUSED, str(error)) from None
        self._layer = _Deflate(-zlib.MAX_WBITS)
        try:
            self._body += self._layer.decompress(piece, _STEP)
        except zlib.error as second:
            raise FetchTrouble(FailureCode.COMPRESSION_REFUSED, str(second)) from None

    def _check(self) -> None:
        if len(self._body) > self._limits.decoded_bytes:
            raise FetchTrouble(FailureCode.BODY_TOO_LARGE, f"unpacks to more than {self._limits.decoded_bytes} bytes")
        if len(self._body) > self._limits.ratio_after_bytes and len(self._body) > self._limits.ratio * self._wire:
            raise FetchTrouble(FailureCode.COMPRESSION_REFUSED, f"unpacks to over {self._limits.ratio} times its size")

    def finish(self) -> bytes:
        """FetchTrouble(BODY_CUT_SHORT) when the compressed stream did not end."""
        if self._layer is not None and self._wire and not self._layer.eof:
            raise FetchTrouble(FailureCode.BODY_CUT_SHORT, "compressed stream without end")
        return bytes(self._body)


class _Inflate:
    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)

    def decompress(self, piece: bytes, at_most: int) -> bytes:
        return self._stream.decompress(piece, at_most)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unconsumed_tail(self) -> bytes:
        return self._stream.unconsumed_tail


class _Deflate(_Inflate):
    pass


def _layer(encodings: list[str]) -> _Inflate | None:
    match [name for name in encodings if name != "identity"]:
        case []:
            return None
        case ["gzip" | "x-gzip"]:
            return _Inflate(_GZIP)
        case ["deflate"]:
            return _Deflate(zlib.MAX_WBITS)
        case others:
            raise FetchTrouble(FailureCode.COMPRESSION_REFUSED, f"content encoding {', '.join(others)[:80]}")
