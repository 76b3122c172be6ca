"""Proves that every dollar adds up, or names each row that does not."""

from typing import Any

from django.core.management.base import BaseCommand

from generations.selectors.audit import Money, Tally, ledger_faults


class Command(BaseCommand):
    help = (
        "Checks every attempt against its ledger lines and pictures, also while the site runs. "
        "Names each row that does not add up; exit status 1 when there is one."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        tally, faults = Tally(), 0
        for fault in ledger_faults(tally):
            faults += 1
            self.stdout.write(f"{fault.where}: {fault.what}")
        self.stdout.write(_summary(tally, faults))
        if faults:
            raise SystemExit(1)


def _summary(tally: Tally, faults: int) -> str:
    read = f"{tally.generations:,} generations, {tally.attempts:,} attempts, {tally.lines:,} lines"
    money = f"{_money(tally.real)}; demo {_money(tally.demo)}"
    found = "no fault" if not faults else "1 fault" if faults == 1 else f"{faults:,} faults"
    return f"{read}: {found}. {money}."


def _money(money: Money) -> str:
    return f"${money.charged:,.6f} charged, ${money.held:,.6f} held"
