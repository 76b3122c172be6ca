"""Whether a disruption left everything as it must be."""

import time
from collections.abc import Sequence
from io import StringIO

from django.core.management import call_command

from generations.models import Generation
from tests.faults.checks import breaches, requests_of, wait_until_final
from tests.faults.table.place import Place
from tests.faults.table.rows import NotCaused, Result, Row, outcome_of

LIMIT_SECONDS = 90


def audit() -> list[str]:
    """What `manage.py audit_ledger` says; nothing when every dollar adds up."""
    said = StringIO()
    try:
        call_command("audit_ledger", stdout=said)
    except SystemExit:
        return [f"audit_ledger: {said.getvalue().strip()}"]
    return []


def run_disruption(place: Place, row: Row) -> Result:
    """Does what the row says and asks every promise afterwards."""
    assert row.act is not None
    result, start = Result(row), time.monotonic()
    try:
        generations = row.act(place)
        wait_until_final(generations, seconds=LIMIT_SECONDS)
        result.found += _deviations(place, row, generations)
    except NotCaused as reason:
        result.not_caused = str(reason)
    except Exception as error:  # noqa: BLE001  (the other rows are still to come)
        result.found.append(f"{type(error).__name__}: {error}")
    if result.found:
        result.found.append(f"the workers said: {place.world.crew.said()[-4000:]}")
    result.seconds, result.said = time.monotonic() - start, place.said
    return result


def _deviations(place: Place, row: Row, generations: Sequence[Generation]) -> list[str]:
    demo = place.world.demo
    found = breaches(generations, [], demo, place.world.drawn)
    if row.expected.requests > 1:
        # Sent again after a 429, as it may be
        found = [it for it in found if "requests" not in it and "twice" not in it]
    sent = requests_of(demo)
    for generation in generations:
        outcome = outcome_of(generation, requests=sent[generation.prompt])
        if outcome != row.expected:
            found.append(f"{outcome}, not {row.expected}")
    return found + audit()
