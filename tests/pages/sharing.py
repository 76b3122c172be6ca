"""Share links for tests, and the addresses under them."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from generations.models import Collection, OutputImage, ShareLink, ShareReview
from generations.services.share_links.links import ShareSettings, share_collection, share_images
from generations.services.share_links.tokens import token_of
from tests.pages.delivering import picture

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def share(user: Any, *images: OutputImage, **more: Any) -> ShareLink:
    """A link of a person for these pictures, or for one of theirs; settings by name, `password`."""
    password = more.pop("password", "")
    return share_images(
        user=user,
        images=images or [picture(user)],
        settings=_settings(more),
        password=password,
    )


def share_all(user: Any, collection: Collection, **more: Any) -> ShareLink:
    password = more.pop("password", "")
    return share_collection(
        user=user, collection=collection, settings=_settings(more), password=password
    )


def there(link: ShareLink, *parts: Any) -> str:
    """The address of a link, or of what is under it: there(link, "pictures", image, "large")."""
    names = [str(it.uuid) if isinstance(it, OutputImage) else it for it in parts]
    return "/".join(["/s", token_of(link), *names, ""])


def files_of(link: ShareLink, image: OutputImage) -> dict[str, str]:
    """Every address of a link by what is there."""
    one = ("pictures", image)
    return {
        "page": there(link),
        "picture": there(link, *one),
        "thumbnail": there(link, *one, "thumbnail"),
        "large": there(link, *one, "large"),
        "download": there(link, *one, "download"),
        "zip": there(link, "zip"),
        "preview": there(link, "preview"),
    }


def body(answer: Any) -> bytes:
    """What was sent, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _settings(more: dict[str, Any]) -> ShareSettings:
    expires_at: datetime | None = more.pop("expires_at", None)
    return ShareSettings(expires_at=expires_at, **more)


def review(link: ShareLink, image: OutputImage, name: str = "Mara", **more: Any) -> ShareReview:
    """A favourite of a guest, or with `comment` what they say."""
    values = {"is_favourite": True, "left_at": timezone.now()} | more
    return ShareReview.objects.create(
        link=link, image=image, guest=uuid4().hex[:24], name=name, **values
    )
