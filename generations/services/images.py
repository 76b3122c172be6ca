"""Makes an output image of a delivery: original, thumbnails, placeholder, row."""

from django.conf import settings
from django.db import transaction

from generations.models import Delivery, OutputImage
from generations.services.database import insist
from generations.services.originals import store_bytes, store_named
from generations.services.pictures import ExaminedPicture, examine_picture
from generations.services.thumbnails import small_thumbnail_of


def store_image(delivery: Delivery, content: bytes) -> None:
    """Verifies and keeps a delivered picture (bytes, kept as they are), and says so in the rows.

    Raises PictureRefused for what is no picture, StorageFailed when the disk does not take it.
    Safe to repeat: the same delivery becomes one image.
    """
    picture = examine_picture(
        content,
        max_bytes=settings.PICTURE_MAX_BYTES,
        max_pixels=settings.PICTURE_MAX_PIXELS,
        thumbnail_width=settings.THUMBNAIL_WIDTH,
    )
    fields = _fields(picture, len(content)) | _write_files(picture, content)
    insist(lambda: _save_rows(delivery, fields))
    # The same picture may just have been deleted for good, before its row was seen
    _write_files(picture, content)


def _write_files(picture: ExaminedPicture, content: bytes) -> dict[str, object]:
    """Writes what is not there yet; answers the names."""
    file = store_bytes("originals", content, extension=picture.extension, sha256=picture.sha256)
    thumbnail = store_bytes("thumbnails", picture.thumbnail, extension="webp")
    store_named(small_thumbnail_of(thumbnail), picture.small_thumbnail)
    return {"file": file, "thumbnail": thumbnail}


def _fields(picture: ExaminedPicture, byte_size: int) -> dict[str, object]:
    return {
        "placeholder": picture.placeholder,
        "sha256": picture.sha256,
        "byte_size": byte_size,
        "content_type": picture.content_type,
        "width": picture.width,
        "height": picture.height,
        "is_transparent": picture.is_transparent,
    }


@transaction.atomic
def _save_rows(delivery: Delivery, fields: dict[str, object]) -> None:
    image = OutputImage(
        generation_id=delivery.attempt.generation_id,
        attempt_id=delivery.attempt_id,
        position=delivery.position,
        **fields,
    )
    # It is there already where a worker died after this, or another worker was faster
    OutputImage.objects.bulk_create([image], ignore_conflicts=True)
    delivery.status = Delivery.Status.STORED
    delivery.save(update_fields=["status"])
