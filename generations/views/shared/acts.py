"""What guests do: give the password, mark a favourite, leave a comment.

These forms carry no token against forgery, since that would need a cookie: see `doors`.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from generations.access import shared_link
from generations.forms.shared import PasswordForm, ReviewForm
from generations.models import OutputImage, ShareLink
from generations.selectors.shared import shared_image
from generations.services.share_links.guests import Guest, new_guest
from generations.services.share_links.passwords import is_password
from generations.services.share_links.reviews import ReviewsFull, leave_review
from generations.services.share_links.tries import (
    PASSWORDS,
    REVIEWS,
    give_back_try,
    take_try,
)
from generations.views.bodies import body_fault
from generations.views.shared.doors import is_let_in, is_sent_from_here, let_in, open_link, visitor
from generations.views.shared.pages import ask_for_password, common, guest_in, picture_page

takes_forms = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@takes_forms
def password(request: HttpRequest, token: str) -> HttpResponse:
    """Lets in whoever knows it; where it is wrong or missing, the same sentence as late."""
    link = shared_link(token)
    if request.method != "POST" or is_let_in(request, link):
        return _to(reverse("shared", args=[token]))
    if fault := body_fault(request):
        return refused(request, fault)
    form = PasswordForm(request.POST)
    who = visitor(request, link)
    seconds = take_try(link=link, limit=PASSWORDS, visitor=who)
    if seconds:
        page = ask_for_password(request, token, form, status=429, minutes=_up(seconds))
        return _wait(page, seconds)
    if not is_password(link, form.tried()):
        form.add_error("password", _("That is not the password. Ask who sent you the link."))
        return ask_for_password(request, token, form, status=422)
    give_back_try(link=link, limit=PASSWORDS, visitor=who)
    answer = _to(reverse("shared", args=[token]))
    let_in(answer, link, token)
    return answer


@csrf_exempt
@takes_forms
def review(request: HttpRequest, token: str, image_id: UUID) -> HttpResponse:
    """Takes `favourite` (on, off), `comment`, and `name` or `guest` (who it is)."""
    link = open_link(request, token)
    image = shared_image(link, image_id)
    if image is None or not link.allow_review or not is_sent_from_here(request):
        raise Http404
    if fault := body_fault(request):
        return refused(request, fault)
    guest = guest_in(request, link)
    if request.method != "POST":
        return _to_picture(link, token, image, guest)
    form = ReviewForm(request.POST, is_known=guest is not None)
    if not form.is_valid():
        return picture_page(request, link, token, image, guest, form, status=422)
    seconds = take_try(link=link, limit=REVIEWS, visitor=visitor(request, link))
    if seconds:
        form.add_error(None, _too_much(seconds))
        return _wait(picture_page(request, link, token, image, guest, form, status=429), seconds)
    guest = guest or new_guest(link, form.cleaned_data["name"])
    if not _leave(link, image, guest, form):
        return picture_page(request, link, token, image, guest, form, status=422)
    return _to_picture(link, token, image, guest)


def refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """For what came in such a state that there is nothing to show it in again."""
    return render(request, "shared/refused.html", {"sentence": sentence}, status=422)


def _leave(link: ShareLink, image: OutputImage, guest: Guest, form: ReviewForm) -> bool:
    try:
        leave_review(
            link=link,
            image=image,
            guest=guest,
            is_favourite=form.is_favourite(),
            comment=form.comment_left(),
        )
    except ReviewsFull:
        form.add_error(None, _("This page takes no more comments. Write to who sent it."))
        return False
    return True


def _too_much(seconds: int) -> str:
    return _("That was a lot at once. Go on in %(minutes)d min.") % {"minutes": _up(seconds)}


def _wait(answer: HttpResponse, seconds: int) -> HttpResponse:
    answer["Retry-After"] = str(seconds)
    return answer


def _up(seconds: int) -> int:
    return -(-seconds // 60)


def _to_picture(
    link: ShareLink, token: str, image: OutputImage, guest: Guest | None
) -> HttpResponse:
    query = common(link, token, guest)["query"]
    return _to(reverse("shared-picture", args=[token, image.uuid]) + query + "#review")


def _to(address: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(address, status=303)
