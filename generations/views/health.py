"""For whoever watches the site: is it alive, and can it do its work?"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from generations.selectors.readiness import missing_parts


@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """503 as long as a part is missing, and the names of those that are."""
    missing = missing_parts()
    status = 503 if missing else 200
    return JsonResponse({"ready": not missing, "missing": missing}, status=status)
