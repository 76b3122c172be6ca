"""What all processes remember together for a while."""

from django.db import models


class CacheEntry(models.Model):
    """A row of Django's database cache, which writes and reads it (`CACHES` in the settings).

    Codes of the second step that were used, and tries to sign in: each web process would count
    its own.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
