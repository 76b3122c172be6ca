"""The trash: what was removed, removing, restoring, and deleting for good."""

from collections.abc import Sequence

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from generations.access import member_required, staff_required
from generations.forms.pictures import PicturesForm
from generations.models import OutputImage
from generations.selectors.images import visible_images
from generations.selectors.trash import days_left, removable_images, trashed_images
from generations.services.trash import delete_images, restore_images, trash_images
from generations.views.done import Undo, done
from generations.views.selections import chosen_among, ids_of, not_chosen

PAGE_SIZE = 60


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trash(request: HttpRequest) -> HttpResponse:
    """What lies in it; a POST with `images` (public ids) puts pictures there."""
    if request.method == "POST":
        return _remove(request)
    page = Paginator(trashed_images(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(image, days_left(image, now=now)) for image in page]
    context = {"page": page, "rows": rows, "trash_days": settings.TRASH_RETENTION_DAYS}
    return render(request, "trash/trash.html", context)


@member_required
@require_POST
def restorations(request: HttpRequest) -> HttpResponse:
    form = PicturesForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, form)
    restored = restore_images(images=chosen_among(trashed_images(request.user), form))
    count = len(restored)
    words = ngettext("%(n)d picture restored.", "%(n)d pictures restored.", count)
    undo = Undo(address=reverse("trash"), fields={"images": ids_of(restored)})
    return done(request, words % {"n": count}, undo=undo, otherwise=reverse("trash"))


@staff_required
@require_POST
def deletions(request: HttpRequest) -> HttpResponse:
    form = PicturesForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, form)
    deleted = delete_images(
        images=chosen_among(trashed_images(request.user), form), deleted_by=request.user
    )
    count = len(deleted)
    words = ngettext(
        "%(n)d picture deleted for good. Its costs stay in the receipt.",
        "%(n)d pictures deleted for good. Their costs stay in the receipts.",
        count,
    )
    return done(request, words % {"n": count}, otherwise=reverse("trash"))


def _remove(request: HttpRequest) -> HttpResponse:
    form = PicturesForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, form)
    removed = trash_images(
        user=request.user, images=chosen_among(removable_images(request.user), form)
    )
    chosen = visible_images(request.user).filter(uuid__in=form.cleaned_data["images"])
    said = f"{_removed_words(removed)} {_left_words(chosen.count())}".strip()
    undo = Undo(address=reverse("trash-restorations"), fields={"images": ids_of(removed)})
    return done(request, said, undo=undo, otherwise=reverse("gallery"))


def _removed_words(removed: Sequence[OutputImage]) -> str:
    if len(removed) == 1:
        return _("Picture %(frame)s is in the trash.") % {"frame": removed[0].frame_number}
    return _("%(n)d pictures are in the trash.") % {"n": len(removed)}


def _left_words(count: int) -> str:
    """Of those that were chosen too, and are somebody else's."""
    if not count:
        return ""
    words = ngettext(
        "%(n)d stays: only who made it and staff may remove it.",
        "%(n)d stay: only who made them and staff may remove them.",
        count,
    )
    return words % {"n": count}
