"""What guests look at: the pictures of a link, and each of them large."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from generations.access import shared_link
from generations.forms.shared import PasswordForm, ReviewForm
from generations.models import OutputImage, ShareLink, ShareReview
from generations.selectors.shared import (
    Place,
    comments_on,
    place_of,
    shared_image,
    shared_on_page,
    total_bytes,
    voices,
)
from generations.services.share_links.counting import count_view
from generations.services.share_links.guests import Guest, guest_of
from generations.views.shared.doors import is_let_in, is_person, open_link, visitor

PAGE_SIZE = 200


@dataclass(frozen=True)
class Shown:
    """A picture of the page with its number, its words, and with what guests said of it."""

    image: OutputImage
    number: int
    label: str
    favourites: int
    comments: int
    is_mine: bool


@require_safe
def page(request: HttpRequest, token: str) -> HttpResponse:
    """All pictures, or the form for the password before them."""
    link = shared_link(token)
    if not is_let_in(request, link):
        return ask_for_password(request, token, PasswordForm(), status=403)
    pictures = Paginator(shared_on_page(link), PAGE_SIZE).get_page(request.GET.get("page"))
    if not pictures.paginator.count:
        raise Http404
    guest = guest_in(request, link)
    context = common(link, token, guest) | {
        "page": pictures,
        "pictures": _shown(link, list(pictures), pictures.start_index(), guest),
        "bytes": total_bytes(link) if link.allow_download else 0,
        "origin": "" if link.password else settings.PUBLIC_URL,
    }
    if is_person(request) and not request.user.is_authenticated:
        count_view(link=link, visitor=visitor(request, link, by_browser=True))
    return render(request, "shared/page.html", context)


@require_safe
def picture(request: HttpRequest, token: str, image_id: UUID) -> HttpResponse:
    link = open_link(request, token)
    image = shared_image(link, image_id)
    if image is None:
        raise Http404
    return picture_page(request, link, token, image, guest_in(request, link))


def picture_page(
    request: HttpRequest,
    link: ShareLink,
    token: str,
    image: OutputImage,
    guest: Guest | None,
    form: ReviewForm | None = None,
    status: int = 200,
) -> HttpResponse:
    place = place_of(link, image)
    if place is None:
        raise Http404
    context = common(link, token, guest) | {
        "image": image,
        "place": place,
        "gallery_url": _place_on_page(token, place, guest),
    }
    if link.allow_review:
        context |= _said(link, image, guest, form)
    return render(request, "shared/picture.html", context, status=status)


def ask_for_password(
    request: HttpRequest, token: str, form: PasswordForm, *, status: int, **more: Any
) -> HttpResponse:
    context = {"form": form, "token": token} | more
    return render(request, "shared/password.html", context, status=status)


def guest_in(request: HttpRequest, link: ShareLink) -> Guest | None:
    """Who the address says that is looking; nobody where the link takes no reviews."""
    key = request.POST.get("guest") or request.GET.get("guest", "")
    return guest_of(link, key) if link.allow_review else None


def common(link: ShareLink, token: str, guest: Guest | None) -> dict[str, Any]:
    """What every page for guests is made of; `query` carries the guest's name on."""
    query = f"?{urlencode({'guest': guest.key})}" if guest else ""
    return {"link": link, "token": token, "guest": guest, "query": query}


def _shown(
    link: ShareLink, images: Sequence[OutputImage], first: int, guest: Guest | None
) -> list[Shown]:
    said = voices(link, images, guest.id if guest else "") if link.allow_review else None
    return [
        Shown(
            image=image,
            number=number,
            label=_label(link, image, number),
            favourites=said.favourites.get(image.pk, 0) if said else 0,
            comments=said.comments.get(image.pk, 0) if said else 0,
            is_mine=bool(said and image.pk in said.mine and said.mine[image.pk].is_favourite),
        )
        for number, image in enumerate(images, start=first)
    ]


def _label(link: ShareLink, image: OutputImage, number: int) -> str:
    if link.show_prompt:
        return str(image.caption)  # type: ignore[attr-defined]
    return _("Picture %(number)d") % {"number": number}


def _said(
    link: ShareLink, image: OutputImage, guest: Guest | None, form: ReviewForm | None
) -> dict[str, Any]:
    said = voices(link, [image], guest.id if guest else "")
    mine: ShareReview | None = said.mine.get(image.pk)
    initial = {"comment": mine.comment if mine else ""}
    return {
        "comments": comments_on(link, image),
        "favourites": said.favourites.get(image.pk, 0),
        "mine": mine,
        "form": form or ReviewForm(is_known=guest is not None, initial=initial),
    }


def _place_on_page(token: str, place: Place, guest: Guest | None) -> str:
    """The page of the gallery that has this picture."""
    query: dict[str, Any] = {"guest": guest.key} if guest else {}
    if place.number > PAGE_SIZE:
        query["page"] = (place.number - 1) // PAGE_SIZE + 1
    address = reverse("shared", args=[token])
    return f"{address}?{urlencode(query)}" if query else address
