"""Mails that wait to be sent, and those that were."""

from django.db import models


class Mail(models.Model):
    """One mail to one address; `key` says what it tells to whom, so that it is told once.

    waiting ──► sent (`sent_at`; its text is emptied)
       └──────► given up (`given_up_at`) after several tries, or where the address is refused
    """

    key = models.CharField(max_length=200, unique=True)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"],
                name="mails_to_send",
                condition=models.Q(sent_at=None, given_up_at=None),
            )
        ]
