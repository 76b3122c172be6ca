"""Every file through both doors of a running site; what came of each, and what it took."""

import hashlib
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection

from generations.models import Attempt, Generation
from tests.pictures.cases import Case
from tests.pictures.doors import WebDoor, ask, result_verdict
from tests.pictures.large import large
from tests.pictures.refused import refused
from tests.pictures.stage import Stage, Watched
from tests.pictures.taken import taken
from tests.pictures.verdicts import Verdict
from tests.support.processes import wait_until

MOST_MEGABYTES = 500
# Large files are asked for a few at a time, as few as one person may have running
AT_ONCE = 8
WAYS = ("base64", "address")


class Trial:
    """`run` prints the table and answers how many breaches there are."""

    def __init__(self, stage: Stage, *, user: User, folder: Path) -> None:
        self._stage, self._user, self._folder = stage, user, folder
        self._door = WebDoor(stage.url, user)
        self._breaches: list[str] = []

    def run(self) -> int:
        logging.getLogger().setLevel(logging.WARNING)
        cases = [*taken(), *refused(), *large()]
        files = self._made(cases)
        uploads = self._uploads(cases, files)
        for way in WAYS:
            self._results(way, cases, files)
        self._large_at_once([case for case in cases if case.is_large], files)
        self._say_sums(cases, uploads)
        return len(self._breaches)

    def _made(self, cases: Sequence[Case]) -> dict[str, Path]:
        """Each file under a short name, by the name of its case."""
        files = {}
        for place, case in enumerate(cases):
            path = self._folder / f"{place}"
            path.write_bytes(case.make())
            files[case.name] = path
        hashes = {hashlib.sha256(path.read_bytes()).digest() for path in files.values()}
        assert len(hashes) == len(files) == len(cases), "Two files are alike"
        return files

    def _uploads(self, cases: Sequence[Case], files: dict[str, Path]) -> "Counter[str]":
        counted: Counter[str] = Counter()
        self._stage.web.lap()
        for case in cases:
            verdict = self._door.upload(case, files[case.name].read_bytes())
            self._note("upload", verdict, megabytes=self._stage.web.lap())
            counted[verdict.became] += 1
        _say(f"\nuploads, one after the other: {_counts(counted)}")
        self._judge(self._stage.web)
        return counted

    def _results(self, way: str, cases: Sequence[Case], files: dict[str, Path]) -> None:
        counted: Counter[str] = Counter()
        self._stage.worker.lap()
        batches = [[it for it in cases if not it.is_large]]
        batches += [[it] for it in cases if it.is_large]
        for batch in batches:
            for case, generation in zip(batch, self._carried(way, batch, files), strict=True):
                content = files[case.name].read_bytes()
                verdict = result_verdict(case, content, generation)
                counted[verdict.became] += 1
                alone = self._stage.worker.lap() if case.is_large else 0.0
                self._note(way, verdict, megabytes=alone)
            self._stage.worker.lap()
        _say(f"\nresults as {way}: {_counts(counted)}")
        self._judge(self._stage.worker)

    def _large_at_once(self, cases: Sequence[Case], files: dict[str, Path]) -> None:
        """Whatever is taken, several at the same time."""
        contents = [(case, files[case.name].read_bytes()) for case in cases if not case.only_result]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for verdict in pool.map(lambda it: self._door.upload(*it), contents):
                self._note("upload", verdict, is_shown=False)
        _say(f"\nlarge uploads, {AT_ONCE} at once: {self._stage.web.lap():.0f} MB")
        self._judge(self._stage.web)
        self._carried("address", cases, files)
        _say(f"large results, {AT_ONCE} at once: {self._stage.worker.lap():.0f} MB")
        self._judge(self._stage.worker)

    def _carried(self, way: str, cases: Sequence[Case], files: dict[str, Path]) -> list[Generation]:
        """The generations of these files at their end."""
        generations = ask(self._user, way, [files[case.name].name for case in cases])
        open_ones = Attempt.objects.filter(
            generation__in=generations, status__in=["queued", "calling", "collecting"]
        )
        wait_until(lambda: not open_ones.exists(), seconds=60 + 10 * len(cases))
        return generations

    def _note(
        self, door: str, verdict: Verdict, *, megabytes: float = 0, is_shown: bool = True
    ) -> None:
        case = verdict.case
        if is_shown:
            took = f"{megabytes:5.0f} MB" if megabytes else 8 * " "
            _say(f"{door:8} {case.family:13} {case.name:42} {verdict.became:18} {took}")
        for fault in verdict.faults:
            self._breach(f"{door}, {case.name}: {fault}")

    def _judge(self, watched: Watched) -> None:
        _say(f"peak of the {watched.name}: {watched.peak:.0f} MB")
        if watched.peak > MOST_MEGABYTES:
            self._breach(f"the {watched.name} took {watched.peak:.0f} MB")

    def _breach(self, what: str) -> None:
        self._breaches.append(what)
        _say(f"BREACH {what}")

    def _say_sums(self, cases: Sequence[Case], uploads: "Counter[str]") -> None:
        _say(f"\n{len(cases)} files of {len({it.family for it in cases})} families")
        _say(f"uploads: {uploads['taken']} taken, {uploads.total() - uploads['taken']} refused")
        _say(f"{connection.vendor}; {self._stage.web.peak:.0f} MB web process,")
        _say(f"{self._stage.worker.peak:.0f} MB worker; {len(self._breaches)} breaches")


def _counts(counted: "Counter[str]") -> str:
    return ", ".join(f"{count} {what}" for what, count in counted.most_common())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
