"""Celery's addresses for the services, and the life of a worker process."""

from threading import Thread
from typing import Any

from celery import shared_task
from celery.signals import worker_ready, worker_shutdown, worker_shutting_down
from django.utils import timezone

from generations.providers import clients
from generations.services import mail, queue
from generations.services.attempts.run import run_next as carry_next
from generations.services.attempts.sweep import sweep_attempts
from generations.services.attempts.tidy import remove_arrived_copies, remove_partial_pictures
from generations.services.budgets import sums, warnings
from generations.services.bundles.bundles import remove_old_bundles
from generations.services.copies.store import sweep_copies
from generations.services.originals import remove_unfinished
from generations.services.share_links.telling import tell_makers
from generations.services.share_links.tries import forget_tries
from generations.services.share_links.visitors import forget_visitors
from generations.services.spend.past import sum_up_the_past
from generations.services.team.sessions import forget_old_sessions
from generations.services.trash import purge_trash
from generations.services.unused_references import remove_unused_references
from generations.services.workers import this_worker


@shared_task(name=queue.RUN_NEXT)
def run_next() -> None:
    while carry_next() is not None:
        pass


@shared_task(name=queue.SWEEP)
def sweep() -> None:
    sweep_attempts(may_judge=this_worker.may_judge(), sweeper=this_worker.id)
    warnings.ring_for_waiting()
    mail.ring_for_waiting()


@shared_task(name=queue.TIDY)
def tidy() -> None:
    remove_unfinished(older_than_seconds=3600)
    remove_arrived_copies()
    remove_partial_pictures()
    sweep_copies(now=timezone.now())
    remove_old_bundles(now=timezone.now())
    remove_unused_references(now=timezone.now())
    forget_visitors(now=timezone.now())
    forget_tries()
    forget_old_sessions()
    tell_makers(now=timezone.now())
    mail.forget_old_mails()
    sums.fold_long()
    sum_up_the_past(now=timezone.now())


@shared_task(name=queue.PURGE)
def purge() -> None:
    purge_trash(now=timezone.now())


@shared_task(name=queue.SEND_MAIL)
def send_mail() -> None:
    warnings.tell_waiting()
    mail.send_waiting()


@worker_ready.connect
def start_worker(**_: Any) -> None:
    this_worker.start()
    Thread(target=clients.load, name="load-client", daemon=True).start()


@worker_shutting_down.connect
def drain_worker(**_: Any) -> None:
    this_worker.drain()


@worker_shutdown.connect
def stop_worker(**_: Any) -> None:
    this_worker.stop()
