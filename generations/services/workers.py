"""A worker process: its row, its heartbeat, its running calls, and how it drains."""

import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from generations.models import Attempt, Worker
from generations.providers.calls import Call, CallLoop
from generations.services.live import CONTROL_CHANNEL

WATCH_SECONDS = 1.0

log = structlog.get_logger(__name__)


class WorkerProcess:
    """This process as a worker; one for each process, started on first use.

    A thread of its own beats into the database and looks for cancellations: at once when a
    message comes, each second when none does (the broker is only a doorbell).
    """

    def __init__(self) -> None:
        self.id: UUID | None = None
        self.loop = CallLoop()
        self.is_draining = False
        self._calls: dict[UUID, Call] = {}
        self._carried: Counter[UUID] = Counter()
        self._forgotten: set[UUID] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._beaten_at = 0.0
        # By the wall clock, which goes on while a machine sleeps
        self._heard_at = 0.0
        self._judges_from = 0.0

    def start(self) -> None:
        """Registers the process and starts its watch, which registers it when that fails now."""
        try:
            self.register()
        except DatabaseError as error:
            log.warning("worker_not_registered", error=type(error).__name__)
        threading.Thread(target=self._watch, name="worker-watch", daemon=True).start()

    def register(self) -> None:
        """Writes the row of this process, from which its attempts hang."""
        worker_id = uuid4()
        _write_row(worker_id)
        self.id = worker_id
        self._beaten_at, self._heard_at = time.monotonic(), time.time()

    def drain(self) -> None:
        """No new claims from now on; running calls finish."""
        self.is_draining = True

    def stop(self) -> None:
        """Says that the process ends; what it leaves behind is continued at once."""
        self._stop.set()
        if self.id is not None:
            Worker.objects.filter(id=self.id).update(stopped_at=timezone.now())

    def may_claim(self) -> bool:
        if self.id is None or self.is_draining:
            return False
        return len(self._calls) < settings.WORKER_CONCURRENCY

    def begin(self, attempt_id: UUID) -> Call:
        """A handle by which the attempt's call can be canceled from another thread."""
        call = Call()
        with self._lock:
            self._calls[attempt_id] = call
        return call

    def end(self, attempt_id: UUID, call: Call) -> None:
        with self._lock:
            if self._calls.get(attempt_id) is call:
                del self._calls[attempt_id]

    @contextmanager
    def carrying(self, attempt_id: UUID) -> Iterator[None]:
        """While it lasts, the attempt is in the hands of a thread of this process."""
        with self._lock:
            self._carried[attempt_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._carried[attempt_id] -= 1
                self._carried += Counter()

    def beat(self) -> None:
        """Writes that this worker lives, and cancels the calls that people gave up."""
        if time.monotonic() - self._beaten_at >= settings.WORKER_BEAT_SECONDS:
            self.say_alive()
            self._hand_back_forgotten()
        self._cancel_given_up()

    def say_alive(self) -> None:
        """Writes it now, registering where that has not been possible so far."""
        if self.id is None:
            self.register()
        else:
            _write_row(self.id)
        self._note_contact()

    def may_judge(self) -> bool:
        """Whether this process may say of others that they are lost.

        Not when it was itself out of touch just now: then the database was away, or the machine
        asleep, and the others must have time to be heard again.
        """
        self.say_alive()
        return time.monotonic() >= self._judges_from

    def _note_contact(self) -> None:
        self._beaten_at, before, self._heard_at = time.monotonic(), self._heard_at, time.time()
        if self._heard_at - before > settings.WORKER_LOST_SECONDS:
            self._judges_from = self._beaten_at + settings.WORKER_LOST_SECONDS

    def _hand_back_forgotten(self) -> None:
        """What the database says is ours but no thread carries, seen twice, goes to the sweep.

        A thread drops an attempt when the database is away for longer than it waits.
        """
        held = Attempt.objects.filter(
            worker=self.id, status__in=(Attempt.Status.CALLING, Attempt.Status.COLLECTING)
        )
        ours = set(held.values_list("id", flat=True))
        with self._lock:
            forgotten = ours - set(self._carried)
        again = forgotten & self._forgotten
        if again:
            log.warning("attempts_handed_back", count=len(again))
            held.filter(id__in=again).update(worker=None)
        self._forgotten = forgotten

    def _cancel_given_up(self) -> None:
        with self._lock:
            calls = dict(self._calls)
        if not calls:
            return
        given_up = Attempt.objects.filter(
            id__in=calls, generation__cancel_requested_at__isnull=False
        )
        for attempt_id in given_up.values_list("id", flat=True):
            calls[attempt_id].cancel()

    def _watch(self) -> None:
        messages = _ControlMessages()
        while not self._stop.is_set():
            messages.wait(WATCH_SECONDS)
            try:
                # Its connection stays open: it must not queue for one behind all the threads
                self.beat()
            except DatabaseError as error:
                log.warning("heartbeat_lost", error=type(error).__name__)
                connection.close()
            except Exception:  # without its watch, a living worker would be taken for dead
                log.exception("heartbeat_broke")
                connection.close()
        messages.close()
        connection.close()


def _write_row(worker_id: UUID) -> None:
    """By the database's clock: those of the workers' machines may differ."""
    if not Worker.objects.filter(id=worker_id).update(heard_at=Now()):
        name = f"{socket.gethostname()}:{os.getpid()}"
        Worker.objects.create(id=worker_id, name=name, heard_at=Now())


class _ControlMessages:
    """The control channel; without a broker, waiting is all it does."""

    def __init__(self) -> None:
        self._subscription: redis.client.PubSub | None = None

    def wait(self, seconds: float) -> None:
        """Returns when a message came, or after so many seconds."""
        try:
            self._subscribed().get_message(timeout=seconds)
        except (redis.RedisError, OSError):
            self.close()
            time.sleep(seconds)

    def close(self) -> None:
        if self._subscription is not None:
            self._subscription.close()
            self._subscription = None

    def _subscribed(self) -> "redis.client.PubSub":
        if self._subscription is None:
            client = redis.Redis.from_url(
                settings.REDIS_URL,
                socket_connect_timeout=1,
                socket_timeout=1,
                retry=Retry(NoBackoff(), 0),
            )
            self._subscription = client.pubsub(  # type: ignore[no-untyped-call]
                ignore_subscribe_messages=True
            )
            self._subscription.subscribe(CONTROL_CHANNEL)
        return self._subscription


this_worker = WorkerProcess()
