"""One at a time among all threads and processes of this machine."""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from generations.services.database import let_go

# So few files that nobody has to clear them away; two names may share one, and then only wait
STRIPES = 64


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Waits until nobody else is inside under this name; must not be nested.

    Who waits keeps no connection to the database.
    """
    let_go()
    folder = settings.RUNTIME_DIR / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / f"copy-{zlib.crc32(name.encode()) % STRIPES:02d}").open("a") as file:
        # Closing the file gives the lock back
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
