"""Turns whatever a picture file holds into sRGB, eight bits a channel."""

import io

from PIL import Image, ImageCms

TRANSPARENT_MODES = ("RGBA", "LA")
MODES_OF_SPACE = {"RGB ": ("RGB", "RGBA"), "GRAY": ("L",), "CMYK": ("CMYK",)}


def in_plain_pixels(image: Image.Image) -> Image.Image:
    """Every pixel, decoded: RGB, L or CMYK; RGBA or LA only where one is transparent."""
    image.load()
    plain = _in_eight_bits(image)
    if plain.mode not in TRANSPARENT_MODES or _has_transparent_pixel(plain):
        return plain
    return plain.convert(plain.mode[:-1])


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Plain pixels as RGB or RGBA with the colours that the profile means.

    A profile that is damaged or made for another kind of picture is ignored, as browsers do.
    """
    converted = _by_profile(image, profile) if profile else None
    return converted or image.convert(_srgb_mode(image))


def _in_eight_bits(image: Image.Image) -> Image.Image:
    if image.mode in (*TRANSPARENT_MODES, "CMYK"):
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode.startswith(("I", "F")):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("RGB", "L"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _has_transparent_pixel(image: Image.Image) -> bool:
    return image.getchannel("A").getextrema() != (255, 255)


def _srgb_mode(image: Image.Image) -> str:
    return "RGBA" if image.mode in TRANSPARENT_MODES else "RGB"


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode not in MODES_OF_SPACE.get(source.profile.xcolor_space, ()):
            return None
        return ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode=_srgb_mode(image)
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
