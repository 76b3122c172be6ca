"""Decoding of downloads that come compressed although we asked for them as they are."""

import zlib


class UnknownEncodingError(ValueError):
    """The content is compressed in a way that we did not ask for and do not read."""


class Decoder:
    """Undoes one Content-Encoding, piece by piece, and never makes more than is asked for."""

    def __init__(self, encoding: str) -> None:
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise UnknownEncodingError(f"Content-Encoding {encoding[:40]!r}.")
        is_plain = encoding in ("", "identity")
        # 32: a zlib or a gzip header, whichever comes
        self._zlib = None if is_plain else zlib.decompressobj(32 + zlib.MAX_WBITS)

    @property
    def is_complete(self) -> bool:
        """Whether the compressed content came to its end."""
        return self._zlib is None or self._zlib.eof

    def decode(self, piece: bytes, max_length: int) -> bytes:
        """Give the content of a piece, cut after `max_length` bytes."""
        if self._zlib is None:
            return piece[:max_length]
        try:
            return self._zlib.decompress(piece, max_length)
        except zlib.error as error:
            raise UnknownEncodingError(f"Broken compression: {error}.") from error
