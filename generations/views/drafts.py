"""The draft of the composer: sent by its script while a person types."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from generations.access import member_required
from generations.forms.composer import FIELDS
from generations.services.drafts import save_draft
from generations.views.composer import MOST_REFERENCES

# Longer than any model takes
MOST_CHARACTERS = 100_000


@member_required
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Takes the fields of the composer as they are; nothing of them is checked yet."""
    typed = {name: request.POST[name] for name in FIELDS if name in request.POST}
    save_draft(
        user=request.user,
        submission_key=_clean(request.POST.get("submission_key", "")),
        fields={name: _clean(value) for name, value in typed.items()},
        references=_ids(request, "kept_references"),
        masks=_ids(request, "kept_mask"),
    )
    return HttpResponse(status=204)


def _ids(request: HttpRequest, name: str) -> list[str]:
    return [_clean(value)[:40] for value in request.POST.getlist(name)[:MOST_REFERENCES]]


def _clean(text: str) -> str:
    return text.replace("\0", "")[:MOST_CHARACTERS]
