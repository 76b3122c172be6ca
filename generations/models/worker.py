"""Worker processes and when they were last heard from."""

import uuid

from django.db import models


class Worker(models.Model):
    """One worker process; a lost one's attempts are continued or closed by the sweep."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    started_at = models.DateTimeField(auto_now_add=True)
    heard_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
