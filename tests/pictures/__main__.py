"""`python -m tests.pictures`: hostile and odd files through both doors of a real site.

Each file is uploaded by a member and comes as a provider's result, as base64 and by address.
Prints what became of each and the peak memory of a fresh web process and a fresh worker; ends
with 1 on a crash, a 500, wrong colours, a wrong side up, or more than 500 MB. Linux only.
"""

import os
import shutil
import sys
import warnings
from contextlib import ExitStack

import django

from tests.support import environment
from tests.support.processes import redis_process


def main() -> int:
    # About metadata that we damaged ourselves
    warnings.simplefilter("ignore")
    with ExitStack() as stack:
        os.environ |= {"TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
        folder = environment.prepare()
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(redis_process(folder))
        from tests.pictures.provider import provider_of

        (files := folder / "files").mkdir()
        # As in .env, for all parts
        os.environ["DEMO_BASE_URL"] = provider = stack.enter_context(provider_of(files))
        django.setup()
        environment.name_test_database()
        return _try(stack, provider)


def _try(stack: ExitStack, provider: str) -> int:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.db import connection

    from tests.pictures.stage import stage
    from tests.pictures.trial import Trial

    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    stack.callback(connection.creation.destroy_test_db, "", verbosity=0)
    folder = settings.DATA_DIR
    user = User.objects.create_user("ana")
    site = stack.enter_context(stage(folder, provider=provider))
    return 1 if Trial(site, user=user, folder=folder / "files").run() else 0


if __name__ == "__main__":
    sys.exit(main())
