"""What guests left, for the maker of the link: as a table, hidden from guests, deleted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generations.access import member_required, share_link_for
from generations.models import ShareLink, ShareReview
from generations.selectors.share_reviews import review_head, review_rows
from generations.services.share_links.archive import archive_stem
from generations.services.share_links.reviews import delete_review, hide_review
from generations.views.tables import csv_answer


@member_required
@require_safe
def table(request: HttpRequest, link_id: UUID) -> Any:
    """Every review as CSV."""
    link = share_link_for(request.user, link_id)
    answer: HttpResponseBase = csv_answer(
        request, name=archive_stem(link), head=review_head(), rows=review_rows(link)
    )
    return answer


@member_required
@require_POST
def hiding(request: HttpRequest, link_id: UUID, review_id: int) -> HttpResponse:
    """Takes `hidden`: on, or off to show it to guests again."""
    link = share_link_for(request.user, link_id)
    is_hidden = request.POST.get("hidden") == "on"
    hide_review(review=_review_of(link, review_id), is_hidden=is_hidden)
    words = _("Guests do not see it any more.") if is_hidden else _("Guests see it again.")
    messages.success(request, words)
    return _back(link)


@member_required
@require_POST
def deletion(request: HttpRequest, link_id: UUID, review_id: int) -> HttpResponse:
    link = share_link_for(request.user, link_id)
    delete_review(review=_review_of(link, review_id), by=request.user)
    messages.success(request, _("What the guest left is deleted."))
    return _back(link)


def _review_of(link: ShareLink, review_id: int) -> ShareReview:
    rows = ShareReview.objects.select_related("link")
    return get_object_or_404(rows, link=link, pk=min(review_id, 2**63 - 1))


def _back(link: ShareLink) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('share-link', args=[link.pk])}#reviews", status=303)
