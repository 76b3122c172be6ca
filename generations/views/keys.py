"""The sheet of keys."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.access import member_required


@member_required
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Every key there is; a script gets the sheet alone, to lay it over the page."""
    is_fragment = request.htmx  # type: ignore[attr-defined]
    return render(request, "keys/_sheet.html" if is_fragment else "keys/keys.html")
