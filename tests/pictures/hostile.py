"""Files that want to be more than a picture, or less."""

import io
import struct
import zipfile
import zlib

from PIL import Image

from tests.pictures.makers import encoded, scene

SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
# What Pillow could open, and is not asked to
OTHER_FORMATS = ("BMP", "TIFF", "ICO", "ICNS", "PPM", "EPS", "PDF", "TGA", "PCX", "JPEG2000", "DDS")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises more than its few bytes hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + body


def jpeg_claiming(width: int, height: int) -> bytes:
    content = bytearray(encoded(scene(), "JPEG"))
    struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, height, width)
    return bytes(content)


def gif_claiming(width: int, height: int) -> bytes:
    content = bytearray(encoded(scene(), "GIF"))
    struct.pack_into("<HH", content, 6, width, height)
    return bytes(content)


def webp_claiming(width: int, height: int) -> bytes:
    content = bytearray(encoded(scene(), "WEBP", lossless=True))
    struct.pack_into("<I", content, 21, width - 1 | (height - 1) << 14)
    return bytes(content)


def avif_claiming(width: int, height: int) -> bytes:
    content = bytearray(encoded(scene(), "AVIF"))
    struct.pack_into(">II", content, content.index(b"ispe") + 8, width, height)
    return bytes(content)


CLAIMING = {
    "PNG": png_claiming,
    "JPEG": jpeg_claiming,
    "GIF": gif_claiming,
    "WEBP": webp_claiming,
    "AVIF": avif_claiming,
}


def png_with_packed_profile(unpacked: int) -> bytes:
    """A PNG with a colour profile that is far larger once it is unpacked."""
    content = encoded(scene())
    packed = png_chunk(b"iCCP", b"name\0\0" + zlib.compress(b"\0" * unpacked, 9))
    return content[:33] + packed + content[33:]


def jpeg_with_scans(count: int) -> bytes:
    """A progressive JPEG that says the same thing over and over."""
    content = encoded(scene(1000, 1000), "JPEG", progressive=True)
    start = content.rindex(b"\xff\xda")
    scan = content[start:-2]
    return content[:start] + scan * count + b"\xff\xd9"


def followed_by_zip(content: bytes) -> bytes:
    """A picture that an unzipper opens as well."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("secret.html", HTML)
    return content + file.getvalue()


def with_secret(form: str, secret: bytes) -> bytes:
    """A picture with a secret in each place that its format has for other things."""
    picture = encoded(scene(), form, exif=b"Exif\0\0" + secret, xmp=secret, comment=secret)
    if form == "PNG":
        text = png_chunk(b"tEXt", b"key\0" + secret)
        return picture[:33] + text + picture[33:-12] + text + picture[-12:] + secret
    if form == "WEBP":
        return picture + secret
    kinds = (0xE0, 0xE1, 0xED, 0xEE, 0xEF, 0xFE)
    parts = [struct.pack(">BBH", 0xFF, kind, len(secret) + 2) + secret for kind in kinds]
    return picture[:2] + b"".join(parts) + picture[2:] + secret


def gif_with_html() -> bytes:
    """A picture that says a page in its comment."""
    return encoded(scene(), "GIF", comment=HTML)


def page_with_picture() -> bytes:
    """A page that has a picture behind it."""
    return HTML + encoded(scene())


def in_format(form: str) -> bytes:
    return encoded(Image.new("RGB", (64, 64), (200, 30, 30)), form)
