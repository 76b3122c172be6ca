"""Mails: written into the transaction that they tell of, sent after it by a worker, once each.

Where no mail server is set nothing is written: EMAIL_URL in docs/options.md.
"""

from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation

from generations.models import Mail
from generations.services import queue
from generations.services.database import let_go

# Until the next try; after the last the mail is given up
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]
# How long it is known that a mail was sent: longer than anything is told again
KEPT = timedelta(days=400)
LONGEST_SUBJECT = 200
LONGEST_FAULT = 200

log = structlog.get_logger(__name__)


def is_mail_on() -> bool:
    return bool(settings.MAIL_IS_ON)


def write_mail(*, key: str, to: str, template: str, context: dict[str, Any]) -> None:
    """Writes a mail and rings for a worker after commit; what has this key already is not repeated.

    The template is `mail/<template>.txt`: the first line is the subject, the rest the text, in
    the team's language. `site` in it is PUBLIC_URL, perhaps empty.
    """
    if not (is_mail_on() and to):
        return
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(f"mail/{template}.txt", context | {"site": settings.PUBLIC_URL})
    subject, _, body = text.strip().partition("\n")
    mail = Mail(
        key=key,
        to=to,
        subject=subject.strip()[:LONGEST_SUBJECT],
        body=f"{body.strip()}\n",
        not_before=timezone.now(),
    )
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    queue.ring_for_mail()


def send_waiting() -> int:
    """Sends every mail that is due; answers how many were sent."""
    sent = 0
    while (mail := _claim(timezone.now())) is not None:
        sent += _send(mail)
    return sent


def ring_for_waiting() -> None:
    """For the sweep: rings where mails are due and nobody was told, or the telling was lost."""
    if is_mail_on() and _due(timezone.now()).exists():
        queue.ring_for_mail()


def forget_old_mails() -> None:
    Mail.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def _due(now: datetime) -> QuerySet[Mail]:
    waiting = Mail.objects.filter(sent_at=None, given_up_at=None)
    return waiting.filter(not_before__lte=now).order_by("not_before", "pk")


def _claim(now: datetime) -> Mail | None:
    """The next mail, for this worker alone: others see it again only after the pause."""
    for mail in _due(now)[:20]:
        pause = PAUSES[min(mail.tries, len(PAUSES) - 1)]
        mine = Mail.objects.filter(pk=mail.pk, tries=mail.tries, sent_at=None, given_up_at=None)
        if mine.update(tries=F("tries") + 1, not_before=now + pause):
            mail.tries += 1
            return mail
    return None


def _send(mail: Mail) -> bool:
    """A worker that dies between sending and writing it down leads to a second copy, no more."""
    let_go()
    try:
        EmailMessage(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.to]).send()
    except (SMTPException, OSError, ValueError) as error:
        _note_failure(mail, error)
        return False
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), body="", fault="")
    log.info("mail_sent", mail_id=mail.pk)
    return True


def _note_failure(mail: Mail, error: Exception) -> None:
    is_last = mail.tries > len(PAUSES) or _is_for_ever(error)
    Mail.objects.filter(pk=mail.pk).update(
        fault=f"{type(error).__name__}: {error}"[:LONGEST_FAULT],
        given_up_at=timezone.now() if is_last else None,
        **({"body": ""} if is_last else {}),
    )
    log.warning("mail_not_sent", mail_id=mail.pk, error=type(error).__name__, is_last=is_last)


def _is_for_ever(error: Exception) -> bool:
    """The address or the text is refused: another try would end alike."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, ValueError)
