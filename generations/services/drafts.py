"""The draft of a person's composer: kept while it is typed, gone once it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from generations.models import Draft, Generation


def save_draft(
    *,
    user: Any,
    submission_key: str,
    fields: Mapping[str, str],
    references: Sequence[str] = (),
    masks: Sequence[str] = (),
) -> None:
    """Keeps what stands in the composer, unless this very form has been submitted meanwhile."""
    kept = {"fields": dict(fields), "references": list(references), "masks": list(masks)}
    Draft.objects.update_or_create(person=user, defaults=kept)
    # Asked after writing: whichever of this and the submission comes last, the draft is gone
    if Generation.objects.filter(requested_by=user, submission_key=submission_key).exists():
        discard_draft(user=user)


def discard_draft(*, user: Any) -> None:
    Draft.objects.filter(person=user).delete()
