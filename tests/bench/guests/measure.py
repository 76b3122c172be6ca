"""The measurement: guests on one link, alone and while generations run, and password checks."""

import argparse
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from threading import Event, Thread

import httpx2
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from generations.models import OutputImage, ShareLink, ShareTries
from generations.services.share_links.links import ShareSettings, share_images
from generations.services.share_links.tokens import token_of
from tests.bench.figures import p95
from tests.bench.measure import database, database_name, start_provider
from tests.bench.product import Product
from tests.bench.streams.site import Site, start_site, used
from tests.support.environment import ROOT
from tests.support.processes import python

MODEL = "aihubmix/gpt-image-2.5-flare"
AT_ONCE = 50
PASSWORD = "kestrel-over-the-sea"


def measure(options: argparse.Namespace, *, folder: Path, provider_port: int) -> None:
    """Starts everything, measures, prints the figures."""
    logging.getLogger().setLevel(logging.WARNING)
    with ExitStack() as stack:
        stack.enter_context(database())
        start_provider(stack, folder, port=provider_port, seconds=options.seconds)
        options.has_cards = options.cards = False
        site = start_site(stack, folder, options)
        product = Product(model=MODEL, web_port=None)
        link = _shared(product, options.pictures)
        _say(f"{options.guests} guests within {options.ramp:g} s, {options.pictures} pictures")
        _say(f"{database_name()}; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
        _say("\nmilliseconds             middle     p95     max")
        if options.alone:
            _measure_guests(site, link, options, "alone")
        with _generating(product, options.generations) as rounds:
            _measure_guests(site, link, options, f"{options.generations} generations")
        _say(f"generations that ended meanwhile: {len(rounds) * options.generations}")
        _measure_passwords(site, link, tries=options.tries)


def _shared(product: Product, count: int) -> ShareLink:
    """A link to so many new pictures."""
    for start in range(0, count, AT_ONCE):
        product.run([f"picture {it}" for it in range(start, min(start + AT_ONCE, count))])
    images = list(OutputImage.objects.in_gallery().order_by("pk"))
    settings = ShareSettings(title="Two hundred", expires_at=None)
    return share_images(user=images[0].requested_by, images=images, settings=settings)


def _measure_guests(site: Site, link: ShareLink, options: argparse.Namespace, when: str) -> None:
    before, start = used(site), time.perf_counter()
    command = python("-m", "tests.bench.guests.browsers", "--port", str(site.port))
    command += ["--path", f"/s/{token_of(link)}/", "--guests", str(options.guests)]
    command += ["--ramp", str(options.ramp)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - start
    times: Mapping[str, Sequence[float]] = json.loads(done.stdout)
    for kind, values in times.items():
        _say(_line(f"{kind}, {when}", values))
    processor = {name: value - before[name] for name, value in used(site).items()}
    total = sum(len(values) for values in times.values())
    _say(f"  {total} answers in {seconds:.0f} s; processor seconds: {_words(processor)}")


@contextmanager
def _generating(product: Product, count: int) -> Iterator[list[float]]:
    """So many generations at once, again and again; the list grows with each round that ended."""
    is_over, rounds = Event(), list[float]()

    def generate() -> None:
        number = 0
        while not is_over.is_set():
            done = product.run([f"meanwhile {number} {it}" for it in range(count)])
            rounds.append(done.seconds)
            number += 1
        connection.close()

    thread = Thread(target=generate)
    thread.start()
    try:
        yield rounds
    finally:
        is_over.set()
        thread.join()


def _measure_passwords(site: Site, link: ShareLink, *, tries: int) -> None:
    """What a guess can be told from another by: nothing, if the rows are alike."""
    _say(f"\n{tries} passwords of each kind, in turn")
    _protect(link)
    kinds = {"wrong": "kestrel-over-the-lake", "missing": "", "nearly right": PASSWORD[:-1]}
    times: dict[str, list[float]] = {name: [] for name in [*kinds, "unknown link", "revoked link"]}
    revoked = share_images(
        user=User.objects.get(username="bench"),
        images=[link.items.all()[0].image],
        settings=ShareSettings(expires_at=None),
        password=PASSWORD,
    )
    ShareLink.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())
    gone = {"unknown link": "u" * 32, "revoked link": token_of(revoked)}
    with httpx2.Client(base_url=f"http://127.0.0.1:{site.port}", trust_env=False) as client:
        for _ in range(tries):
            ShareTries.objects.all().delete()
            for name, password in kinds.items():
                times[name].append(_try(client, token_of(link), password, 422))
            for name, token in gone.items():
                times[name].append(_try(client, token, PASSWORD, 404))
    for name, values in times.items():
        _say(_line(name, values))


def _protect(link: ShareLink) -> None:
    from generations.services.share_links.links import change_link

    change_link(
        link=link, by=link.made_by, settings=ShareSettings(expires_at=None), password=PASSWORD
    )


def _try(client: httpx2.Client, token: str, password: str, status: int) -> float:
    start = time.perf_counter()
    answer = client.post(f"/s/{token}/password/", data={"password": password})
    assert answer.status_code == status, answer.status_code
    return (time.perf_counter() - start) * 1000


def _line(name: str, values: Sequence[float]) -> str:
    ordered = list(values)
    return f"{name:25}{median(ordered):6.0f}{p95(ordered):8.0f}{max(ordered):8.0f}"


def _words(seconds: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in seconds.items())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
