"""Makes a data folder and a database ready: tables, static files, the first staff account."""

from typing import Any

from django.core.management.base import BaseCommand

from webapp.serving.faults import Fault
from webapp.serving.preparation import prepare


class Command(BaseCommand):
    help = "Updates the tables, collects the static files and creates the first staff account."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            link = prepare()
        except Fault as fault:
            self.stderr.write(str(fault))
            raise SystemExit(2) from None
        self.stdout.write("Ready.")
        if link:
            self.stdout.write(f"Create the first staff account (works once): {link}")
