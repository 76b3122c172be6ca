"""The sentence for an upload that is not taken, by its file's name."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.formats import localize
from django.utils.translation import gettext as _

from generations.providers.base import Code
from generations.services.pictures import PictureRefused

SHORT_NAME = 60


def upload_limits() -> str:
    """The limits, said before the upload."""
    return _(
        "PNG, JPEG, WebP, GIF or AVIF, up to %(megabytes)d MB and %(megapixels)d megapixels"
    ) % {
        "megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024) or 1,
        "megapixels": settings.UPLOAD_MAX_PIXELS // 1_000_000 or 1,
    }


def upload_fault(name: str, refused: PictureRefused) -> str:
    """What is wrong with a file and what to do about it."""
    facts = {"name": name[:SHORT_NAME] or _("The file")}
    facts |= {key: localize(fact) for key, fact in refused.facts.items()}
    if refused.code == Code.PICTURE_TOO_LARGE:
        return _too_large(facts)
    if facts.get("fault") == "empty":
        return _("“%(name)s” is empty. Choose another file.") % facts
    if facts.get("fault") == "broken":
        return _("“%(name)s” is damaged or incomplete. Export it again, or choose another.") % facts
    if facts.get("fault") == "mask_without_transparency":
        return _("“%(name)s” has no clear part. Make clear what is to be repainted.") % facts
    return (
        _("“%(name)s” is not a picture that can be read here. Use PNG, JPEG, WebP, GIF or AVIF.")
        % facts
    )


def _too_large(facts: Mapping[str, object]) -> str:
    if "megapixels" in facts:
        return (
            _(
                "“%(name)s” has %(megapixels)s megapixels; %(limit)s are taken. "
                "Make it smaller and add it again."
            )
            % facts
        )
    if "megabytes" in facts:
        return (
            _(
                "“%(name)s” has %(megabytes)s MB; %(limit)s are taken. "
                "Make it smaller and add it again."
            )
            % facts
        )
    return _("“%(name)s” is too large. Make it smaller and add it again.") % facts
