"""Where a request came from."""

from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The network address of the browser; None where nobody says one that can be read.

    Behind a front server it is the one that counts for the limits on failed sign-ins too.
    """
    try:
        said = get_adapter(request).get_client_ip(request)
        return str(ip_address(said.partition("%")[0]))
    except (PermissionDenied, ValueError):
        return None
