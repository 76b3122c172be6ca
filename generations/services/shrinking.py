"""Small copies of large pictures, without a second large one beside them."""

from PIL import Image

from generations.services import webp
from generations.services.colours import TRANSPARENT_MODES, in_plain_pixels

# So many pixels are converted at a time
STRIP_PIXELS = 2_000_000


def small_pixels(image: Image.Image, content: bytes, size: tuple[int, int]) -> Image.Image:
    """Decodes an opened file and shrinks it to `size`, in plain pixels (see `in_plain_pixels`)."""
    image.draft(image.mode, size)
    if webp.is_decoded_smaller(image):
        twice = (min(image.width, 2 * size[0]), min(image.height, 2 * size[1]))
        has_alpha = image.mode in TRANSPARENT_MODES
        return shrunk(in_plain_pixels(webp.decode_smaller(content, twice, has_alpha)), size)
    image.load()
    if image.width * image.height <= STRIP_PIXELS:
        return shrunk(in_plain_pixels(image), size)
    return _shrunk_in_strips(image, size)


def shrunk(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    # Whole steps by averaging, the rest by Lanczos: a tenth of the time of Lanczos alone
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.0)


def fitting(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, width / size[0], height / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrunk_in_strips(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The same as `shrunk`; only the averaging is done strip by strip."""
    across, down = max(1, image.width // size[0]), max(1, image.height // size[1])
    rows = down * max(1, STRIP_PIXELS // (image.width * down))
    strips = [
        in_plain_pixels(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(
            (across, down)
        )
        for top in range(0, image.height, rows)
    ]
    box = (0, 0, image.width / across, image.height / down)
    return _stacked(strips).resize(size, Image.Resampling.LANCZOS, box=box)


def _stacked(strips: list[Image.Image]) -> Image.Image:
    """One below the other; transparent where one of them is."""
    modes = {strip.mode for strip in strips}
    mode = next((mode for mode in modes if mode in TRANSPARENT_MODES), strips[0].mode)
    whole = Image.new(mode, (strips[0].width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        whole.paste(strip.convert(mode), (0, top))
        top += strip.height
    return whole
