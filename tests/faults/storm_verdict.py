"""What a storm may not have done: the provider's record beside rows, files and ledger."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from generations.models import Attempt, Delivery, Generation
from generations.services.originals import exists, read_bytes
from tests.faults.crew import RealWorker
from tests.faults.storm_faults import WITHOUT_RESULT
from tests.faults.storm_record import Answer, Watch

# What left the provider so shortly before the end may never have been read from the socket
UNREAD_SECONDS = 2.0
TOO_LONG = ("silent", "deadline")
# After these a call may be sent again: nothing ran
REFUSED = (429, 503)


@dataclass
class Verdict:
    """The figures, and every breach."""

    figures: "Counter[str]" = field(default_factory=Counter)
    states: "Counter[str]" = field(default_factory=Counter)
    codes: "Counter[str]" = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)


def judge(
    generations: Iterable[Generation], watch: Watch, killed_at: Mapping[RealWorker, float]
) -> Verdict:
    """Compares what the provider got and gave with what we have."""
    verdict, deaths = Verdict(), _deaths(killed_at)
    for generation in generations:
        attempt = generation.attempts.get()
        calls = watch.calls.get(generation.prompt, [])
        moments = [*deaths.get(str(attempt.id), []), *_given_up(attempt)]
        _Case(attempt, calls, moments, watch, verdict).judge()
    verdict.breaches += _forgotten_files()
    return verdict


class _Case:
    """One attempt beside the requests of its prompt; `moments` ended the hearing of a call."""

    def __init__(
        self,
        attempt: Attempt,
        calls: Sequence[Answer],
        moments: Sequence[float],
        watch: Watch,
        verdict: Verdict,
    ) -> None:
        self._attempt, self._calls, self._moments = attempt, calls, moments
        self._watch, self._verdict = watch, verdict
        self._images = list(attempt.images.all())
        self._deliveries = Counter(it.status for it in attempt.deliveries.all())

    def judge(self) -> None:
        attempt, figures = self._attempt, self._verdict.figures
        figures["requests"] += len(self._calls)
        figures["attempts sent"] += attempt.sends
        figures["pictures stored"] += len(self._images)
        figures["deliveries refused"] += self._deliveries["refused"]
        self._verdict.states[attempt.status] += 1
        self._verdict.codes[attempt.code or "-"] += 1
        for what in (*self._requests(), *self._state(), *self._arrived(), *self._files()):
            where = f"{attempt.id} {attempt.generation.prompt}"
            told = f"{where}: {what} ({attempt.status} {attempt.code})"
            self._verdict.breaches.append(told)

    def _requests(self) -> Iterator[str]:
        sent, figures = len(self._calls), self._verdict.figures
        again = [it for it in self._calls[:-1] if it.record.status not in REFUSED]
        figures["duplicates"] += len(again) + max(0, sent - self._attempt.sends)
        if again:
            yield f"sent again after {[it.record.status for it in again]}"
        if sent > self._attempt.sends:
            yield f"{sent} requests of {self._attempt.sends} sends"
        if sent < self._attempt.sends:
            figures["died between commit and first byte"] += 1
            if not self._moments:
                yield f"{sent} requests of {self._attempt.sends} sends, and nobody died"

    def _state(self) -> Iterator[str]:
        attempt = self._attempt
        if not attempt.is_finished or not attempt.generation.is_finished:
            yield "is not final"
        if (attempt.status == "succeeded") != bool(self._images):
            yield f"{len(self._images)} pictures"
        if self._deliveries["pending"]:
            yield "something is still to be fetched"
        last = self._calls[-1] if self._calls else None
        faultless = last is not None and not last.record.faults and self._was_served(last)
        if faultless and attempt.status != "succeeded" and not self._moments:
            yield "nothing went wrong, and no picture came"

    def _was_served(self, call: Answer) -> bool:
        """Whether a picture left the provider whole, which on a busy machine may be too slow."""
        return bool(call.contents) or any(it in self._watch.fetched for it in call.tokens)

    def _arrived(self) -> Iterator[str]:
        """All pictures that the provider gave are stored, or refused for what they are."""
        given = [it for it in self._calls if not WITHOUT_RESULT & _names(it)]
        count = sum(it.pictures for it in given)
        figures = self._verdict.figures
        figures["pictures given (address or bytes)"] += count
        missing = count - len(self._images) - self._deliveries["refused"]
        if missing <= 0:
            return
        last = max(it.given_at for it in given)
        # What left in a worker's last moment may begin at a busy provider after its death
        began = min(it.began_at for it in given)
        left = min(began, self._attempt.sent_at.timestamp()) if self._attempt.sent_at else began
        if any(left <= moment <= last + UNREAD_SECONDS for moment in self._moments):
            figures["given in the last moment before a death or a cancellation"] += missing
        else:
            figures["pictures lost"] += missing
            after = [
                f"{moment - began:.2f} s of the call, {moment - last:.1f} s of its picture"
                for moment in self._moments
            ]
            yield f"{missing} of {count} pictures lost, deaths after {after}"

    def _files(self) -> Iterator[str]:
        """Each picture is byte for byte one that came."""
        came: set[str] = set()
        for call in self._calls:
            came.update(call.contents)
            for token in call.tokens:
                came |= self._watch.fetched.get(token, set())
        for image in self._images:
            if hashlib.sha256(read_bytes(image.file)).hexdigest() not in came & {image.sha256}:
                yield "the picture's bytes are not those that came"
            if not exists(image.thumbnail):
                yield "the thumbnail is missing"


def _given_up(attempt: Attempt) -> Iterator[float]:
    """When we stopped listening by ourselves: a person canceled, or the provider took too long."""
    if attempt.generation.cancel_requested_at:
        yield attempt.generation.cancel_requested_at.timestamp()
    if attempt.code in TOO_LONG and attempt.finished_at:
        yield attempt.finished_at.timestamp()


def _names(call: Answer) -> set[str]:
    return {it.split()[0] for it in call.record.faults}


def _deaths(killed_at: Mapping[RealWorker, float]) -> dict[str, list[float]]:
    """When workers died that had an attempt in their hands, by the attempt's id."""
    deaths: dict[str, list[float]] = {}
    for worker, at in killed_at.items():
        for attempt_id in set(_claimed(worker.log)):
            deaths.setdefault(attempt_id, []).append(at)
    return deaths


def _claimed(log: Path) -> Iterator[str]:
    for line in log.read_text(errors="replace").splitlines():
        if '"attempt_claimed"' in line:
            yield json.loads(line)["attempt_id"]


def _forgotten_files() -> Iterator[str]:
    """Bytes that arrived and that no row knows."""
    known = set(Delivery.objects.exclude(file="").values_list("file", flat=True))
    for path in (Path(settings.MEDIA_ROOT) / "arrived").glob("*"):
        if not path.name.startswith(".") and f"arrived/{path.name}" not in known:
            yield f"{path.name} arrived, and no row knows it"
