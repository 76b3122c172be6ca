"""Runs the whole site on this machine; what `make run` starts."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webapp import env
from webapp.serving.faults import Fault
from webapp.serving.leash import end_with_parent
from webapp.serving.run import Run


class Command(BaseCommand):
    help = "Runs web server, worker and what else the settings ask for, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--with-parent", action="store_true", help="stop when the parent process is gone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        os.umask(0o077)
        if options["with_parent"]:
            end_with_parent()
        run = Run(
            host=env.text("HOST", "127.0.0.1"),
            port=env.whole_number("PORT", 8000),
            say=self._say,
            with_parent=options["with_parent"],
        )
        try:
            raise SystemExit(run.start_and_wait())
        except Fault as fault:
            self.stderr.write(str(fault))
            raise SystemExit(2) from None
        except KeyboardInterrupt:
            raise SystemExit(130) from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
