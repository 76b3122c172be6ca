"""Which way up a picture is."""

from PIL import ExifTags, Image

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ON_ITS_SIDE = (5, 6, 7, 8)


def orientation_of(image: Image.Image) -> int:
    """The orientation that the file asks for, 1 (upright) to 8; 1 where it says nothing useful.

    Only EXIF counts, as in browsers; a PNG is decoded, because it may say so behind its pixels.
    """
    if image.format == "PNG":
        image.load()
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif") or b"")
        wanted = exif.get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001  (damaged metadata raises anything, and is no damaged picture)
        return 1
    return wanted if isinstance(wanted, int) and wanted in TURNS else 1


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as people see them."""
    width, height = image.size
    return (height, width) if orientation_of(image) in ON_ITS_SIDE else (width, height)


def turned_upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)
