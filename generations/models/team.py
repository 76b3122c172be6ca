"""The team: what is known of a person beside the account, and who was asked to come."""

import uuid

from django.conf import settings
from django.db import models

from generations.models.image_model import ImageModel


class Membership(models.Model):
    """One person in the team; somebody without a row was never seen and may use every model.

    active ◄──► deactivated (`deactivated_at`; the account's `is_active` is what counts)
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="membership",
    )
    last_seen_at = models.DateTimeField(null=True, blank=True)
    has_all_models = models.BooleanField(default=True)
    # Counts only where not all models may be used
    image_models = models.ManyToManyField(ImageModel, blank=True, related_name="permitted")
    deactivated_at = models.DateTimeField(null=True, blank=True)
    deactivated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Links for a new password from before it, theirs or made by them, are over
    links_ended_at = models.DateTimeField(null=True, blank=True)


class Invitation(models.Model):
    """A link that makes one account; only the SHA-256 of its token is kept.

    open ──► accepted (`accepted_at`, `accepted_by`)
      ├────► revoked (`revoked_at`)
      └────► expired (`expires_at` is past)
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    is_staff = models.BooleanField(default=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitation",
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-invited_at"]
        indexes = [
            models.Index(
                fields=["-invited_at"],
                name="open_invitations",
                condition=models.Q(accepted_at=None, revoked_at=None),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.id)[:8]
