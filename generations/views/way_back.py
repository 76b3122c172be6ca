"""Where a form leads after its work is done: to the page that it was sent from."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, *, otherwise: str = "/") -> str:
    """The form's `next` where it is a path of this site."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    # What is no path from the root would be taken from the form's own address
    return address if is_ours and address.startswith("/") else otherwise
