"""How a guest gets in: by the token alone, or by token and password."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from generations.access import shared_link
from generations.models import ShareLink
from generations.services.share_links.counting import is_machine
from generations.services.share_links.passwords import SESSION_SECONDS, is_session, session_of
from generations.services.share_links.visitors import visitor_of
from generations.views.client_address import client_address

COOKIE = "share"


def open_link(request: HttpRequest, token: str) -> ShareLink:
    """The link, for whoever may see its pictures; before its password it is not there."""
    link = shared_link(token)
    if not is_let_in(request, link):
        raise Http404
    return link


def is_let_in(request: HttpRequest, link: ShareLink) -> bool:
    return not link.password or is_session(link, request.COOKIES.get(COOKIE, ""))


def let_in(answer: HttpResponse, link: ShareLink, token: str) -> None:
    """The one cookie that a guest gets: for this link's addresses alone."""
    answer.set_cookie(
        COOKIE,
        session_of(link),
        max_age=SESSION_SECONDS,
        path=reverse("shared", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        # Not Strict: whoever comes from a mail would have to type the password each time
        samesite="Lax",
    )


def visitor(request: HttpRequest, link: ShareLink, *, by_browser: bool = False) -> str:
    """A hash for today that stands for where the request came from, and from which browser."""
    agent = request.headers.get("User-Agent", "") if by_browser else ""
    return visitor_of(link, client_address(request) or "", agent)


def is_person(request: HttpRequest) -> bool:
    """Whether this counts: somebody outside the team who looks, no machine, no look ahead."""
    if request.method != "GET" or is_machine(request.headers.get("User-Agent", "")):
        return False
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return "prefetch" not in purpose


def is_sent_from_here(request: HttpRequest) -> bool:
    """Whether a form was sent from a page of this site, as far as the browser says.

    In place of the usual token, which would need a cookie.
    """
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
