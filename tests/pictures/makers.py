"""Honest pictures as people and providers send them, made for one test each."""

import io
import struct
from typing import Any

from PIL import ExifTags, Image, ImageCms

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
CORNERS = (RED, GREEN, BLUE, WHITE)

# How an upright picture lies in the file when its EXIF says 1 to 8
LAID = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
# The primaries of Display P3 in the profile connection space (D50)
DISPLAY_P3 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}


def encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def scene(width: int = 160, height: int = 96) -> Image.Image:
    """Red and green above, blue and white below: any turn shows."""
    image = Image.new("RGB", (width, height))
    for index, colour in enumerate(CORNERS):
        x, y = index % 2 * (width // 2), index // 2 * (height // 2)
        image.paste(colour, (x, y, x + (width + 1) // 2, y + (height + 1) // 2))
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours in the middle of the four quarters, as RGB."""
    rgb = image.convert("RGB")
    places = [(x, y) for y in (1, 3) for x in (1, 3)]
    return [rgb.getpixel((rgb.width * x // 4, rgb.height * y // 4)) for x, y in places]


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that no format can make small."""
    bands = [Image.effect_noise((width, height), 120) for _ in Image.new(mode, (1, 1)).getbands()]
    return Image.merge(mode, bands)


def from_a_phone(
    orientation: int = 1, form: str = "JPEG", size: tuple[int, int] = (160, 96)
) -> bytes:
    """A scene that lies in the file as the phone was held, with place and camera in its EXIF."""
    turn = LAID[orientation]
    image = scene(*size) if turn is None else scene(*size).transpose(turn)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "PhoneMaker"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return encoded(image, form, exif=exif.tobytes())


def with_late_orientation(content: bytes) -> bytes:
    """A PNG that says how it was held only behind its pixels."""
    start = content.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(content[start : start + 4])
    return content[:start] + content[end:-12] + content[start:end] + content[-12:]


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def display_p3_profile() -> bytes:
    """sRGB's profile with the primaries of Display P3."""
    profile = bytearray(srgb_profile())
    for tag, place in _tags(profile).items():
        if tag in DISPLAY_P3:
            values = [round(value * 65536) for value in DISPLAY_P3[tag]]
            struct.pack_into(">3i", profile, place + 8, *values)
    return bytes(profile)


def swapped_profile() -> bytes:
    """A profile whose first channel is blue and whose third is red."""
    profile, places = bytearray(srgb_profile()), _tags(srgb_profile())
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    profile[red : red + 20], profile[blue : blue + 20] = (
        profile[blue : blue + 20],
        profile[red : red + 20],
    )
    return bytes(profile)


def _tags(profile: bytes | bytearray) -> dict[bytes, int]:
    count = struct.unpack_from(">I", profile, 128)[0]
    rows = [struct.unpack_from(">4sII", profile, 132 + 12 * index) for index in range(count)]
    return {tag: place for tag, place, _ in rows}
