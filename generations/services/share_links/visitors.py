"""Who a guest is without knowing who: addresses as keyed hashes whose key lives for a day."""

import hashlib
import hmac
import ipaddress
import secrets
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from generations.models import ShareDay, ShareLink, ShareVisitor

# The key of the day that was asked for last
_kept: dict[date, bytes] = {}


def visitor_of(link: ShareLink, address: str, agent: str = "") -> str:
    """The same for one address (and browser) at one link on one day, and for nothing else.

    Whoever has the database needs the site's secret key to try addresses, and from the next day
    on nobody can: the day's key is gone.
    """
    key = hashlib.sha256(settings.SECRET_KEY.encode() + key_of(timezone.localdate())).digest()
    told = f"{link.pk}|{_place(address)}|{agent}"
    return hmac.new(key, told.encode(errors="replace"), hashlib.sha256).hexdigest()[:32]


def key_of(day: date) -> bytes:
    if day not in _kept:
        row, _is_new = ShareDay.objects.get_or_create(
            on=day, defaults={"key": secrets.token_bytes(32)}
        )
        _kept.clear()
        _kept[day] = bytes(row.key)
    return _kept[day]


def forget_visitors(*, now: datetime) -> int:
    """Drops the keys of days that are over, and what was hashed with them; answers how many."""
    today = timezone.localdate(now)
    ShareDay.objects.filter(on__lt=today - timedelta(days=1)).delete()
    return ShareVisitor.objects.filter(on__lt=today).delete()[0]


def _place(address: str) -> str:
    """An IPv6 address by its network: one house has more of them than anybody can count."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and not parsed.ipv4_mapped:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
