"""Room for the frames of a page; see docs/decisions/0027."""

from collections.abc import Callable
from types import FunctionType

from django.http import HttpRequest, HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]

# Of eight bytes each: more than half of 256 KB, the other half is for what is called from here
SLOTS = 17_000


def give_room(get_response: Respond) -> Respond:
    """Calls the view from a frame so large that all frames of a page lie together behind it."""

    def call(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    code = call.__code__.replace(co_stacksize=SLOTS)
    roomy: Respond = FunctionType(code, globals(), closure=call.__closure__)
    return roomy
