"""The Celery application of worker and beat."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]
from celery.signals import beat_embedded_init

from webapp.serving.leash import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
# A worker would load every page to check it, which takes 9 MB, and never read what was found;
# `manage.py prepare` and the deploy check do
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

# The beat is forked, so that there it is still its parent's
WORKER_PID = os.getpid()

app = Celery("proofsheet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Messages are JSON, so that a worker of root runs nothing that a message says
warnings.filterwarnings("ignore", category=SecurityWarning)


@beat_embedded_init.connect
def tie_to_worker(**_: Any) -> None:
    """The beat beside a worker is a process of its own, which a killed worker would leave."""
    end_with_parent(parent=WORKER_PID)
