"""The surroundings of one test process: folders, databases and settings of its own.

Imported before Django reads its settings. Everything a person may have set is taken away first,
so that no test ever meets a real key or somebody's own database.
"""

import os
import re
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = {"TEST_DATABASE_URL", "TEST_REDIS_URL"}


def prepare() -> Path:
    """Sets the environment of this test process and returns its folder."""
    folder = Path(tempfile.mkdtemp(prefix="proofsheet-test-"))
    (folder / "static").mkdir()
    _forget_settings()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "webapp.settings",
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(folder),
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
        "DATABASE_POOL": "8",
        "REDIS_URL": _redis_url(folder),
        "REDIS_PREFIX": f"proofsheet-test-{worker_index()}",
        "STATIC_HASHED": "off",
        "LOG_LEVEL": "INFO",
        "MODEL_HEALTH_SECONDS": "0",
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return folder


def name_test_database() -> None:
    """Gives the test database a name of this process's own, so that runs never meet."""
    from django.db import connection

    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["NAME"] = f"proofsheet_test_{os.getpid()}"


def save_time() -> None:
    """Leaves out what takes time; the processes that tests start still do it."""
    from django.conf import settings

    # Else each test client lists all static files beforehand
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = ["tests.support.hashing.QuickHasher"]


def worker_index() -> int:
    """Which of the side-by-side test processes this is: 0 when there is one."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def is_on_postgres() -> bool:
    """Whether this is a run on PostgreSQL; the other one is on SQLite."""
    return bool(os.environ.get("TEST_DATABASE_URL"))


def part() -> str:
    """Which tests of the run on SQLite are asked for: "browser", "rest", or all."""
    return os.environ.get("TEST_PART", "")


def has_own_redis() -> bool:
    """Whether this process starts its own Redis-compatible server."""
    return not os.environ.get("TEST_REDIS_URL")


def _forget_settings() -> None:
    example = ROOT / ".env.example"
    names = re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", example.read_text(), re.M)
    for name in [*names, *_provider_names()]:
        if name not in KEPT:
            os.environ.pop(name, None)
            os.environ.pop(f"{name}_FILE", None)


def _provider_names() -> list[str]:
    return [name for name in os.environ if re.search(r"_(API_KEY|BASE_URL)(_FILE)?$", name)]


def _redis_url(folder: Path) -> str:
    """The process's own server, or a database of its own on the server that is named."""
    if has_own_redis():
        return f"unix://{folder}/redis.sock"
    named = urlsplit(os.environ["TEST_REDIS_URL"])
    first = int(named.path.strip("/") or 0)
    return urlunsplit(named._replace(path=f"/{first + worker_index()}"))
