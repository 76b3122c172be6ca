"""Reads the composer from a request: what was typed, what was kept, what was uploaded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from generations.access import visible_references
from generations.forms.composer import REFERENCE_GONE, ComposerForm, as_uuid
from generations.forms.projects import project_choices
from generations.forms.uploads import upload_fault
from generations.models import ReferenceImage
from generations.providers.base import Code
from generations.selectors.studio import usable_models
from generations.services.pictures import PictureRefused, reading_room
from generations.services.references import store_mask, store_reference

# More than any model takes; beyond it nothing is stored
MOST_REFERENCES = 16
MEGABYTE = 1024 * 1024


@dataclass
class Kept:
    """The pictures of a form, stored, and a sentence for each that could not be.

    Each mask stands under the id of the reference that it was made for.
    """

    references: list[ReferenceImage] = field(default_factory=list)
    masks: dict[UUID | None, ReferenceImage] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)


def composer_of(request: HttpRequest) -> ComposerForm:
    """The form as sent; its uploads are stored at once, so that no fault elsewhere loses them."""
    kept = _kept(request)
    form = ComposerForm(
        request.POST,
        image_models=usable_models(request.user),
        references=kept.references,
        masks=kept.masks,
        projects=project_choices(request.user),
    )
    for name, sentence in kept.faults:
        form.add_fault(name, sentence)
    return form


def kept_pictures(user: Any, references: Sequence[str], masks: Sequence[str]) -> Kept:
    """What a draft named by ids, in its order."""
    kept = Kept()
    _find_references(kept, user, references)
    _find_masks(kept, user, masks)
    return kept


def store_upload(user: Any, file: UploadedFile) -> ReferenceImage:
    """Stores one upload as a reference, or raises PictureRefused."""
    with reading_room.taken(file.size or 0):
        return store_reference(user=user, name=clean_name(file), content=_content(file))


def store_mask_upload(user: Any, file: UploadedFile, *, mask_of: ReferenceImage) -> ReferenceImage:
    """Stores one upload as the mask of a reference, or raises PictureRefused."""
    with reading_room.taken(file.size or 0):
        return store_mask(user=user, name=clean_name(file), content=_content(file), mask_of=mask_of)


def clean_name(file: UploadedFile) -> str:
    return (file.name or "").replace("\0", "")[:200]


def _kept(request: HttpRequest) -> Kept:
    kept = Kept()
    _keep_earlier(kept, request)
    _store_new(kept, request)
    _keep_masks(kept, request)
    _store_new_mask(kept, request)
    return kept


def _keep_earlier(kept: Kept, request: HttpRequest) -> None:
    removed = request.POST.get("remove_reference")
    names = [name for name in request.POST.getlist("kept_references") if name != removed]
    _find_references(kept, request.user, _moved(names, request.POST.get("move_reference")))


def _find_references(kept: Kept, user: Any, names: Sequence[str]) -> None:
    kept.references, missing = _find(user, names)
    if missing:
        kept.faults.append(("references", str(REFERENCE_GONE)))


def _moved(names: list[str], moved: str | None) -> list[str]:
    """The names with one of them a place earlier."""
    if moved not in names[1:]:
        return names
    place = names.index(moved)
    return [*names[: place - 1], moved, names[place - 1], *names[place + 1 :]]


def _find(user: Any, names: Sequence[str]) -> tuple[list[ReferenceImage], int]:
    """The references of these ids in their order, and how many of them are not to be found."""
    wanted = list(dict.fromkeys(as_uuid(name) for name in names[: 4 * MOST_REFERENCES]))
    ids = [reference_id for reference_id in wanted if reference_id]
    rows = visible_references(user).in_bulk(ids)
    found = [rows[reference_id] for reference_id in ids if reference_id in rows]
    return found, len(wanted) - len(found)


def _store_new(kept: Kept, request: HttpRequest) -> None:
    room = max(MOST_REFERENCES - len(kept.references), 0)
    files = request.FILES.getlist("references")
    if len(files) > room:
        sentence = _("%(most)d references at most: the last %(over)d were left out.")
        facts = {"most": MOST_REFERENCES, "over": len(files) - room}
        kept.faults.append(("references", sentence % facts))
    for file in files[:room]:
        try:
            kept.references.append(store_upload(request.user, file))
        except PictureRefused as refused:
            kept.faults.append(("references", upload_fault(clean_name(file), refused)))


def _keep_masks(kept: Kept, request: HttpRequest) -> None:
    """A mask goes along with its reference, wherever that stands, and leaves with it."""
    removed = request.POST.get("remove_mask")
    names = [name for name in request.POST.getlist("kept_mask") if name != removed]
    _find_masks(kept, request.user, names, left=request.POST.get("remove_reference", ""))


def _find_masks(kept: Kept, user: Any, names: Sequence[str], *, left: str = "") -> None:
    """The masks of the references that are kept; that of the one that `left` goes silently."""
    found, missing = _find(user, names)
    if missing:
        kept.faults.append(("mask", _("A mask is not there any more. Add it again.")))
    here = {reference.id for reference in kept.references}
    kept.masks = {mask.mask_of_id: mask for mask in found if mask.mask_of_id in here}
    if any(mask.mask_of_id not in {*here, as_uuid(left)} for mask in found):
        sentence = _("A mask needs the reference that it was made for: add both again.")
        kept.faults.append(("mask", sentence))


def _store_new_mask(kept: Kept, request: HttpRequest) -> None:
    file = request.FILES.get("mask")
    if file is None:
        return
    if not kept.references:
        sentence = _("A mask needs a reference to lie on: add one, and the mask again.")
        kept.faults.append(("mask", sentence))
        return
    first = kept.references[0]
    try:
        kept.masks[first.id] = store_mask_upload(request.user, file, mask_of=first)
    except PictureRefused as refused:
        kept.faults.append(("mask", upload_fault(clean_name(file), refused)))


def _content(file: UploadedFile) -> bytes:
    size, limit = file.size or 0, settings.UPLOAD_MAX_BYTES
    if size > limit:
        raise PictureRefused(
            Code.PICTURE_TOO_LARGE,
            megabytes=round(size / MEGABYTE + 0.05, 1),
            limit=round(limit / MEGABYTE, 1),
        )
    content: bytes = file.read()
    return content
