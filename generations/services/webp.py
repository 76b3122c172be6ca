"""Large WebP pictures, decoded straight into a smaller size.

Pillow decodes every WebP as an animation: three canvases and the picture, 800 MB for 50 megapixels.
The libwebp that it brings can shrink row by row while it decodes; only that is used here, through
its stable interface (webp/decode.h).
"""

import ctypes
from functools import cache

from PIL import Image, _webp

# Below this many pixels Pillow's way is small enough
LARGE_PIXELS = 8_000_000
DECODER_VERSION = 0x0210
RGB, RGBA = 0, 1


class _Features(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int) for name in ("width", "height", "has_alpha", "has_animation", "format")
    ] + [("pad", ctypes.c_uint32 * 5)]


class _Pixels(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("stride", ctypes.c_int),
        ("size", ctypes.c_size_t),
    ]


class _Planes(ctypes.Structure):
    """Not used, but the larger half of the union."""

    _fields_ = [
        ("data", ctypes.c_void_p * 4),
        ("strides", ctypes.c_int * 4),
        ("sizes", ctypes.c_size_t * 4),
    ]


class _Where(ctypes.Union):
    _fields_ = [("pixels", _Pixels), ("planes", _Planes)]


class _Output(ctypes.Structure):
    _fields_ = [
        ("colorspace", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("is_external_memory", ctypes.c_int),
        ("where", _Where),
        ("pad", ctypes.c_uint32 * 4),
        ("private_memory", ctypes.c_void_p),
    ]


class _Options(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_int)
        for name in (
            "bypass_filtering",
            "no_fancy_upsampling",
            "use_cropping",
            "crop_left",
            "crop_top",
            "crop_width",
            "crop_height",
            "use_scaling",
            "scaled_width",
            "scaled_height",
            "use_threads",
            "dithering_strength",
            "flip",
            "alpha_dithering_strength",
        )
    ] + [("pad", ctypes.c_uint32 * 5)]


class _Config(ctypes.Structure):
    _fields_ = [("input", _Features), ("output", _Output), ("options", _Options)]


def is_decoded_smaller(image: Image.Image) -> bool:
    """Whether an opened picture goes this way: a large WebP that does not move."""
    return (
        image.format == "WEBP"
        and image.width * image.height > LARGE_PIXELS
        and not getattr(image, "is_animated", False)
        and _library() is not None
    )


def decode_smaller(content: bytes, size: tuple[int, int], has_alpha: bool) -> Image.Image:
    """The whole picture shrunk to this size, RGBA or RGB; OSError where it is damaged."""
    mode, channels = ("RGBA", 4) if has_alpha else ("RGB", 3)
    pixels = bytearray(size[0] * size[1] * channels)
    library, config = _library(), _Config()
    if library is None or not library.WebPInitDecoderConfigInternal(
        ctypes.byref(config), DECODER_VERSION
    ):
        raise OSError("libwebp is of another kind")
    place = (ctypes.c_char * len(pixels)).from_buffer(pixels)
    _ask_for(config, size, channels=channels, place=ctypes.addressof(place))
    status = library.WebPDecode(content, ctypes.c_size_t(len(content)), ctypes.byref(config))
    if status != 0:
        raise OSError(f"libwebp answers {status}")
    return Image.frombytes(mode, size, pixels)


def _ask_for(config: _Config, size: tuple[int, int], *, channels: int, place: int) -> None:
    config.options.use_scaling = 1
    config.options.scaled_width, config.options.scaled_height = size
    config.output.colorspace = RGBA if channels == len("RGBA") else RGB
    config.output.is_external_memory = 1
    config.output.where.pixels.data = place
    config.output.where.pixels.stride = size[0] * channels
    config.output.where.pixels.size = size[0] * size[1] * channels


@cache
def _library() -> ctypes.CDLL | None:
    """The libwebp that Pillow is linked with; None where it is built into Pillow itself."""
    try:
        library = ctypes.CDLL(_webp.__file__)
        library.WebPDecode.restype = ctypes.c_int
        library.WebPInitDecoderConfigInternal.restype = ctypes.c_int
    except (AttributeError, OSError):
        return None
    return library
