"""The same pages with few pictures and with many: how long the server takes, side by side."""

import logging
import os
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from generations.models import ImageModel, OutputImage
from generations.selectors.gallery import PAGE_SIZE
from tests.bench.figures import p95
from tests.bench.gallery import prompts
from tests.bench.gallery.filling import fill

Times = dict[str, list[float]]
DEEP_PAGE = 10_000


def measure(*, few: int, many: int, times: int) -> None:
    """In databases of their own, which are gone afterwards."""
    logging.disable(logging.WARNING)
    settings.ALLOWED_HOSTS = ["*"]
    _say_all(_measure_with(few, times), _measure_with(many, times), few=few, many=many)


def _measure_with(pictures: int, times: int) -> Times:
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        start = time.perf_counter()
        fill(pictures)
        seconds = time.perf_counter() - start
        _say(f"{pictures:,} pictures of 50 people on {connection.vendor}, made in {seconds:.0f} s")
        return _measure(times)
    finally:
        connection.creation.destroy_test_db("", verbosity=0)


def _measure(times: int) -> Times:
    """Page by page in turn, so that a busy moment of the machine meets all of them."""
    client = Client()
    client.force_login(User.objects.get(username="person0"))
    pages = _pages()
    taken: Times = {name: [] for name in pages}
    for turn in range(times + 2):
        for name, query in pages.items():
            start = time.perf_counter()
            answer = client.get(f"/gallery/?{query}")
            seconds = time.perf_counter() - start
            assert answer.status_code == 200, f"{name}: {answer.status_code}"
            if turn >= 2:
                taken[name].append(seconds * 1000)
    return taken


def _pages() -> dict[str, str]:
    """Each page by name with the query of its address; a year ago for the days."""
    last = OutputImage.objects.order_by("-pk").values_list("pk", flat=True)[0]
    deep = max(last - DEEP_PAGE * PAGE_SIZE, last // 2)
    person = User.objects.get(username="person7").pk
    model = ImageModel.objects.order_by("pk")[1]
    year_ago = timezone.localdate() - timedelta(days=365)
    days = f"since={year_ago - timedelta(days=30)}&until={year_ago}"
    return {
        "first page": "",
        f"page {DEEP_PAGE:,}": f"before={deep}",
        "person": f"person={person}",
        "person, halfway": f"person={person}&before={last // 2}",
        "model": f"model={model}",
        "shape, common": "ratio=square",
        "shape, rare": "ratio=tall",
        "transparent": "transparent=yes",
        "last 7 days": "when=7-days",
        "a month, a year ago": days,
        "cost, common": "cost_from=0.01",
        "cost, rare": "cost_from=0.2",
        "person, model, shape": f"person={person}&model={model}&ratio=portrait",
        "search, common": f"q={prompts.COMMON}",
        "search, rare": f"q={prompts.RARE}",
        "search, absent": f"q={prompts.ABSENT}",
        "search, common once": f"q={prompts.ONCE}",
        "search, two words": f"q={prompts.COMMON}+{prompts.RARE}",
        "two characters, common": f"q={prompts.COMMON_PAIR}",
        "two characters, rare": f"q={prompts.RARE_PAIR}",
        "two characters, absent": f"q={prompts.ABSENT_PAIR}",
        "search of a person": f"q={prompts.COMMON}&person={person}",
        "search of a day": f"q={prompts.RARE}&{days}",
    }


def _say_all(with_few: Times, with_many: Times, *, few: int, many: int) -> None:
    _say(f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}; milliseconds of the server")
    _say(f"{'':26}{f'{few:,}':^20}{f'{many:,}':^20}{'ratio':^16}")
    _say(f"{'':26}{'middle':>10}{'p95':>10}{'middle':>10}{'p95':>10}{'middle':>8}{'p95':>8}")
    for name, many_times in with_many.items():
        figures = [*_figures(with_few[name]), *_figures(many_times)]
        ratios = figures[2] / figures[0], figures[3] / figures[1]
        line = "".join(f"{it:10.1f}" for it in figures) + "".join(f"{it:8.2f}" for it in ratios)
        _say(f"{name:26}{line}")


def _figures(times: Sequence[float]) -> tuple[float, float]:
    return median(times), p95(list(times))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
