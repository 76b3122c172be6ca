"""The password of a link, and what a browser keeps once it was given."""

from django.contrib.auth.hashers import check_password
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from generations.models import ShareLink

SALT = "generations.share_links.session"
# Whoever comes back later types it again
SESSION_SECONDS = 7 * 24 * 3600


def is_password(link: ShareLink, password: str) -> bool:
    """Whether it is right; a wrong one and a missing one take the same time."""
    return check_password(password, link.password)


def session_of(link: ShareLink) -> str:
    """What shows that the password was given: for this link, and until it has another one."""
    return signing.dumps([str(link.pk), _fingerprint(link)], salt=SALT)


def is_session(link: ShareLink, value: str) -> bool:
    try:
        pk, fingerprint = signing.loads(value, salt=SALT, max_age=SESSION_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return pk == str(link.pk) and constant_time_compare(fingerprint, _fingerprint(link))


def _fingerprint(link: ShareLink) -> str:
    """Differs with every password that is set, the same one twice too: its salt differs."""
    return salted_hmac(SALT, link.password, algorithm="sha256").hexdigest()[:32]
