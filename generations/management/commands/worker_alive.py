"""Whether the worker of this host was heard lately: the health check of a worker container."""

import socket
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from generations.selectors.readiness import worker_is_heard


class Command(BaseCommand):
    help = "Fails unless a worker of this host was heard in the last minute."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not worker_is_heard(host=socket.gethostname()):
            raise CommandError("No worker of this host was heard in the last minute.")
