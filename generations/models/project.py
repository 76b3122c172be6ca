"""Projects: what people work for, so that costs can be put down to it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower


class Project(models.Model):
    """A cost centre. It is closed, never deleted: what was spent for it stays its own.

    open ◄──► closed (`closed_at`): nothing new is submitted for it
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "created_at"]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_project_a_name")]

    def __str__(self) -> str:
        return self.name


class ProjectDefault(models.Model):
    """The project that a person's composer starts with."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="project_default",
    )
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")


class ProjectRule(models.Model):
    """Whether a submission must name a project; the latest row is the one in force."""

    is_required = models.BooleanField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now_add=True)
