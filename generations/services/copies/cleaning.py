"""The pixels of a picture without anything that came with them, for people outside."""

import io

from PIL import Image

from generations.services.copies.choices import CONVERTED
from generations.services.copies.converting import converted
from generations.services.metadata import CannotStrip, png_chunks, without_metadata
from generations.services.orientation import orientation_of

FORMS = {content_type: form for form, (content_type, _extension) in CONVERTED.items()}
PNG_SAYS_HOW = (b"eXIf", b"iCCP")


def cleaned(content: bytes, content_type: str) -> bytes:
    """The same picture with nothing else in its file; PNG, JPEG or WebP.

    Its pixels are untouched unless something in the file says how they are to be shown (a turn,
    a colour profile), or the file is not built as its format asks: then they are written anew.
    Raises PictureRefused.
    """
    try:
        if not _says_how_to_show(content, content_type):
            return without_metadata(content, content_type)
    except CannotStrip:
        pass
    return converted(content, form=FORMS[content_type], side=None)


def _says_how_to_show(content: bytes, content_type: str) -> bool:
    if content_type == "image/png":
        return any(kind in PNG_SAYS_HOW for kind, _chunk in png_chunks(content))
    with Image.open(io.BytesIO(content)) as image:
        return bool(image.info.get("icc_profile")) or orientation_of(image) != 1
