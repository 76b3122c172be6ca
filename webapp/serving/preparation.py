"""Makes everything ready to serve: tables, static files, the first staff account."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from generations.services import setup
from generations.services.spend.rebuild import rebuild_after_change_of_zone
from webapp import env, joined
from webapp.serving import faults
from webapp.serving.faults import Fault


def prepare(*, origin: str = "http://127.0.0.1:8000") -> str | None:
    """Brings tables, static files and accounts up to date.

    Gives the one-time link for the first staff account while there is none. Raises `Fault`.
    """
    faults.check_settings()
    faults.check_database()
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    rebuild_after_change_of_zone()
    collect_static()
    make_first_account()
    token = setup.setup_link_token()
    return f"{settings.PUBLIC_URL or origin}/setup/{token}/" if token else None


def collect_static() -> None:
    """Collects the static files when one of them is new or changed."""
    if not settings.STATIC_HASHED:
        return
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    mark = _mark_of_static()
    if stamp.exists() and stamp.read_text() == mark:
        return
    call_command("collectstatic", verbosity=0, interactive=False, skip_checks=True)
    stamp.write_text(mark)


def make_first_account() -> None:
    """The first staff account from ADMIN_USERNAME and ADMIN_PASSWORD, when there is none."""
    username, password = env.text("ADMIN_USERNAME"), env.text("ADMIN_PASSWORD")
    if not username and not password:
        return
    if not (username and password):
        missing = "ADMIN_PASSWORD" if username else "ADMIN_USERNAME"
        raise Fault(missing, "it is empty, and the other one is set", "Set both or none")
    try:
        setup.make_first_staff(username=username, password=password)
    except setup.SetupRefused as refused:
        variable = "ADMIN_PASSWORD" if refused.field == "password" else "ADMIN_USERNAME"
        raise Fault(variable, str(refused).rstrip("."), "Choose another one") from None


def _mark_of_static() -> str:
    """Changes whenever a static file is added, removed or written, or joined in another way."""
    facts = [Path(joined.__file__).read_text("utf-8")]
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            facts.append(f"{path} {found.st_mtime_ns} {found.st_size}")
    return hashlib.sha256("\n".join(sorted(facts)).encode()).hexdigest()
