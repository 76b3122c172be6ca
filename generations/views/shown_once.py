"""A secret that is shown on the page after the one that made it, and never again.

It goes with the person's browser (a signed cookie for two minutes), and nowhere into the database.
"""

from django.http import HttpRequest, HttpResponse

SECONDS = 120
SALT = "shown-once"


def show_once(request: HttpRequest, answer: HttpResponse, *, name: str, value: str) -> None:
    """The next page that asks for `name` gets the value."""
    answer.set_signed_cookie(
        name,
        value,
        salt=SALT,
        max_age=SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )


def shown_once(request: HttpRequest, *, name: str) -> str:
    """What is to be shown now, or nothing; give the answer to `forget_shown`."""
    return str(request.get_signed_cookie(name, default="", salt=SALT, max_age=SECONDS))


def forget_shown(answer: HttpResponse, *, name: str) -> HttpResponse:
    answer.delete_cookie(name, samesite="Strict")
    return answer
