"""Proves that the costs pages say what the ledger says, or names each sum that does not."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generations.selectors.budget_check import budget_differences
from generations.selectors.spend_check import Checked, differences
from generations.services.spend.rebuild import rebuild_sums


class Command(BaseCommand):
    help = (
        "Compares the sums behind the costs pages and budgets with the ledger, also while the site"
        " runs. Names each difference; exit status 1 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="then write them anew from the ledger"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        checked, count = Checked(), 0
        for difference in chain(differences(checked), budget_differences()):
            count += 1
            self.stdout.write(difference)
        self.stdout.write(_summary(checked, count))
        if options["rebuild"]:
            rebuild_sums()
            self.stdout.write("Written anew from the ledger.")
        elif count:
            raise SystemExit(1)


def _summary(checked: Checked, count: int) -> str:
    read = (
        f"{checked.rows:,} sums, {checked.lines:,} ledger lines,"
        f" {checked.generations:,} generations with costs"
    )
    found = "no difference" if not count else "1 difference" if count == 1 else None
    return f"{read}: {found or f'{count:,} differences'}."
