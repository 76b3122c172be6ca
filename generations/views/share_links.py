"""Links for guests: the list, making one, and everything that changes them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import member_required, share_link_for, staff_required
from generations.forms.share_links import LimitForm, ShareForm
from generations.models import ShareLink
from generations.selectors.share_links import (
    listed,
    listed_one,
    people_with_links,
    share_links,
)
from generations.selectors.share_reviews import reviewed_frames, reviewed_pictures
from generations.services.share_links.limits import longest_days, set_longest_days
from generations.services.share_links.links import change_link, renew_address, revoke_links
from generations.services.share_links.reviews import see_reviews

PAGE_SIZE = 30
PICTURES_A_PAGE = 30
EVERYBODY = "everybody"


@member_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def mine(request: HttpRequest) -> HttpResponse:
    """A person's own links; for staff `of` (everybody, or a person's id) has the others'."""
    of = request.GET.get("of", "")
    if of and not request.user.is_staff:
        raise Http404
    return _list(request, of, LimitForm({"longest_days": longest_days()}))


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """One link with its address and what came of it; a POST changes what guests may."""
    found = share_link_for(request.user, link_id)
    is_post = request.method == "POST"
    form = ShareForm(request.POST if is_post else None, link=found)
    if is_post and found.revoked_at is None and form.is_valid():
        change_link(
            link=found, by=request.user, settings=form.settings(), password=form.new_password()
        )
        messages.success(request, _("The link is changed."))
        return _to(found)
    page = Paginator(reviewed_frames(found), PICTURES_A_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "row": listed_one(found, now=now),
        "form": form,
        "page": page,
        "reviewed": reviewed_pictures(found, list(page)),
        "origin": origin_for(request),
        "pictures": reverse("gallery"),
    }
    if found.made_by_id == request.user.pk:
        see_reviews(link=found, now=now)
    return render(request, "share_links/link.html", context, status=422 if is_post else 200)


@member_required
@require_POST
def address(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Another address in place of the one that is known to too many."""
    found = share_link_for(request.user, link_id)
    if found.revoked_at is not None:
        raise Http404
    renew_address(link=found, by=request.user)
    messages.success(request, _("The link has a new address. The one before opens nothing."))
    return _to(found)


@member_required
@require_POST
def revocation(request: HttpRequest, link_id: UUID) -> HttpResponse:
    found = share_link_for(request.user, link_id)
    revoke_links(links=ShareLink.objects.filter(pk=found.pk), by=request.user)
    messages.success(request, _("The link is revoked. Nobody sees anything under its address."))
    return _to(found)


@member_required
@require_POST
def revocations(request: HttpRequest) -> HttpResponse:
    """All of one's own; for staff all of `person` (an id)."""
    whose = _person(request, request.POST.get("person", ""))
    count = revoke_links(links=ShareLink.objects.filter(made_by=whose), by=request.user)
    words = ngettext("%(n)d link is revoked.", "%(n)d links are revoked.", count)
    messages.success(request, words % {"n": count} if count else _("No link was left to revoke."))
    query = "" if whose == request.user else f"?of={whose.pk}"
    return HttpResponseRedirect(reverse("share-links") + query, status=303)


@staff_required
@require_POST
def limit(request: HttpRequest) -> HttpResponse:
    """The longest time that links may be open, `longest_days`; empty is without a limit."""
    form = LimitForm(request.POST)
    if not form.is_valid():
        return _list(request, EVERYBODY, form, status=422)
    set_longest_days(by=request.user, days=form.cleaned_data["longest_days"])
    messages.success(request, _("Kept. It holds for links that are made or changed from now on."))
    return HttpResponseRedirect(f"{reverse('share-links')}?of={EVERYBODY}", status=303)


def origin_for(request: HttpRequest) -> str:
    """What stands before the path of a link, for the person who is signed in here."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")


def _list(request: HttpRequest, of: str, form: LimitForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    whose = None if of == EVERYBODY else _person(request, of)
    page = Paginator(share_links(made_by=whose), PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "rows": listed(page, now=now),
        "whose": whose,
        "of": of,
        "origin": origin_for(request),
        "is_mine": whose == request.user,
    }
    if request.user.is_staff:
        context |= {"people": people_with_links(now=now), "limit_form": form}
    return render(request, "share_links/share_links.html", context, status=status)


def _person(request: HttpRequest, pk: str) -> Any:
    """Oneself, or for staff whoever has this id."""
    if not pk or pk == str(request.user.pk):
        return request.user
    if not request.user.is_staff or not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        raise Http404
    return get_object_or_404(User, pk=int(pk))


def _to(found: ShareLink) -> HttpResponse:
    return HttpResponseRedirect(reverse("share-link", args=[found.pk]), status=303)
