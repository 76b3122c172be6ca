"""What an act on several pictures answers: a sentence, and what would undo it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from generations.views.way_back import way_back


@dataclass(frozen=True, kw_only=True)
class Undo:
    """A form that takes back what was done: its address and its fields."""

    address: str
    fields: Mapping[str, str]

    def in_words(self) -> str:
        """As the tags of a message, which the page turns into a button."""
        return f"{self.address}?{urlencode(self.fields)}"


def done(
    request: HttpRequest, said: str, *, otherwise: str, undo: Undo | None = None
) -> HttpResponse:
    """A script gets `said` and `undo`; everybody else the page they came from, with a message."""
    if request.htmx:  # type: ignore[attr-defined]
        told = {"address": undo.address, "fields": dict(undo.fields)} if undo else None
        return JsonResponse({"said": said, "undo": told})
    messages.success(request, said, extra_tags=undo.in_words() if undo else "")
    return HttpResponseRedirect(way_back(request, otherwise=otherwise), status=303)
