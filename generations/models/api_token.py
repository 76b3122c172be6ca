"""Personal tokens: what a person's scripts show instead of a password."""

import uuid

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """One token of one person; only its SHA-256 is kept, and its last signs, to tell it by.

    in use ──► revoked (`revoked_at`), by its person, by staff, or when the person is deactivated
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens"
    )
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"
