"""The reference images and the mask of an edit (provider-facts 1.2 and 3.2)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from generations.providers.demo.multipart import UploadedFile
from generations.providers.demo.refusals import Refused

_MAX_IMAGES = 16
_MAX_IMAGE_BYTES = 50_000_000
_MAX_MASK_BYTES = 4_000_000
_FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True)
class Uploads:
    """The pictures of one edit, checked: encoded bytes and pixel sizes."""

    images: tuple[bytes, ...]
    sizes: tuple[tuple[int, int], ...]
    mask: bytes | None


def read_uploads(files: Sequence[UploadedFile]) -> Uploads:
    """Check the files of an edit and refuse them with OpenAI's codes."""
    images = [file for file in files if file.field in ("image", "image[]")]
    _check_count(images)
    sizes = tuple(_size_of(file) for file in images)
    masks = [file for file in files if file.field == "mask"]
    if masks:
        _check_mask(masks[0], sizes[0])
    contents = tuple(file.content for file in images)
    return Uploads(contents, sizes, masks[0].content if masks else None)


def _check_count(images: list[UploadedFile]) -> None:
    if not images:
        message = "Missing required parameter: 'image'."
        raise Refused(400, message, code="missing_required_parameter", param="image")
    if len([file for file in images if file.field == "image"]) > 1:
        message = "Duplicate parameter: 'image'. Use 'image[]' for several images."
        raise Refused(400, message, code="duplicate_parameter", param="image")
    if len(images) > _MAX_IMAGES:
        message = f"Invalid 'image': too many images. Expected at most {_MAX_IMAGES}."
        raise Refused(400, message, code="array_above_max_length", param="image")


def _size_of(file: UploadedFile) -> tuple[int, int]:
    if not file.content:
        raise Refused(400, "The image file is empty.", code="empty_image_file", param="image")
    if len(file.content) >= _MAX_IMAGE_BYTES:
        message = "The image file is too large: it must be smaller than 50 MB."
        raise Refused(400, message, code="image_file_too_large", param="image")
    with _opened(file, "image") as picture:
        if picture.format not in _FORMATS:
            message = "Unsupported image format. Use png, webp or jpg."
            raise Refused(400, message, code="invalid_image_format", param="image")
        return picture.size


def _check_mask(file: UploadedFile, size: tuple[int, int]) -> None:
    if len(file.content) >= _MAX_MASK_BYTES:
        message = "The mask file is too large: it must be smaller than 4 MB."
        raise Refused(400, message, code="image_file_too_large", param="mask")
    with _opened(file, "mask") as mask:
        if mask.format != "PNG" or "A" not in mask.getbands():
            message = "Invalid mask image format - mask must be a PNG with an alpha channel."
            raise Refused(400, message, code="invalid_image_format", param="mask")
        if mask.size != size:
            message = "Invalid mask image: mask size does not match image size."
            raise Refused(400, message, code="invalid_image", param="mask")


def _opened(file: UploadedFile, param: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(file.content))
    except (OSError, ValueError, Image.DecompressionBombError):
        message = "Invalid image file or mode for image, please check your image file."
        raise Refused(400, message, code="invalid_image", param=param) from None
