"""One way from an id in a URL to a row; whoever may not see it gets the same 404 as for nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from generations.models import Bundle, Generation, Preset, ReferenceImage, ShareLink
from generations.services.share_links.tokens import hash_of

View = Callable[..., HttpResponseBase]


def member_required(view: View) -> View:
    """Sends people who are not signed in to the sign-in page, whole page even from a fragment."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect(redirect_to_login(_current_page(request)).url)
        return redirect_to_login(request.get_full_path())

    return checked


def staff_required(view: View) -> View:
    """Sends guests to the sign-in page; for members the address is as if it were not there."""

    @member_required
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return checked


def generation_for(user: Any, generation_id: UUID | str) -> Generation:
    generation = get_object_or_404(
        Generation.objects.select_related("requested_by"), id=_uuid(generation_id)
    )
    if user.is_staff:
        return generation
    if generation.requested_by_id == user.id:
        return generation
    raise Http404


def reference_for(user: Any, reference_id: UUID | str) -> ReferenceImage:
    return get_object_or_404(visible_references(user), id=_uuid(reference_id))


def bundle_for(user: Any, bundle_id: UUID | str) -> Bundle:
    """A person's own, for staff too: what is in it is what that person may see."""
    return get_object_or_404(Bundle, id=_uuid(bundle_id), asked_by=user)


def preset_for(user: Any, preset_id: UUID | str) -> Preset:
    """A person's own, or one of the team."""
    mine_or_ours = Preset.objects.filter(Q(owner=user) | Q(is_team=True))
    return get_object_or_404(mine_or_ours.select_related("owner"), id=_uuid(preset_id))


def editable_preset_for(user: Any, preset_id: UUID | str) -> Preset:
    preset = preset_for(user, preset_id)
    if preset.may_be_edited_by(user):
        return preset
    raise Http404


def shared_link(token: str) -> ShareLink:
    """The link of a token, for guests; the one way from an address to it.

    Unknown, revoked, expired, without a picture, or its maker not active: one query, one 404.
    """
    links = ShareLink.objects.open(timezone.now()).select_related("made_by")
    return get_object_or_404(links, token_hash=hash_of(token))


def share_link_for(user: Any, link_id: UUID | str) -> ShareLink:
    """A person's own, for the list that they change it from; staff have everybody's."""
    link = get_object_or_404(
        ShareLink.objects.select_related("made_by", "collection", "revoked_by"), id=_uuid(link_id)
    )
    if user.is_staff or link.made_by_id == user.pk:
        return link
    raise Http404


def visible_references(user: Any) -> Any:
    """The references that a person may see and use: their own and those of their generations."""
    if user.is_staff:
        return ReferenceImage.objects.all()
    used = Generation.objects.filter(requested_by=user).values("reference_uses__reference")
    return ReferenceImage.objects.filter(Q(uploaded_by=user) | Q(id__in=used))


def _uuid(text: UUID | str) -> UUID:
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError:
        raise Http404 from None


def _current_page(request: HttpRequest) -> str:
    """The path of the page that a fragment is for; the studio's where it names no page."""
    try:
        parts = urlsplit(request.htmx.current_url or "/")  # type: ignore[attr-defined]
    except ValueError:
        return "/"
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
