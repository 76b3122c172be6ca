"""The audit log: who did what that matters; every line is written once."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone

from generations.models.audit_actions import action_label


class AuditLogIsAppendOnly(Exception):
    """A line of the audit log was to be changed or deleted."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AuditLogIsAppendOnly

    def delete(self) -> NoReturn:
        raise AuditLogIsAppendOnly


class AuditEntry(models.Model):
    """One act of one person; without an actor it was nobody who is known, or Proofsheet itself.

    The subject is named as it was then: `subject_kind` is a model ("user", "imagemodel"),
    `subject_id` its key, `subject_label` what people called it. `details` has plain values,
    [before, after] where one was changed, and never a secret. The database refuses changes too.
    """

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    # Plain text: actions are added often, and rows outlive them
    action = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    # What the search looks through, folded as its queries are
    search_text = models.TextField(blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["actor", "at", "id"], name="audit_by_actor"),
            models.Index(fields=["action", "at", "id"], name="audit_by_action"),
            models.Index(
                fields=["subject_kind", "subject_id", "at", "id"], name="audit_by_subject"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AuditLogIsAppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AuditLogIsAppendOnly

    @property
    def action_label(self) -> str:
        return action_label(self.action)
