"""Words that a provider is likely to refuse, as rows that staff can edit."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromptRule(models.Model):
    """One name or word: how it is written, how clearly to warn, and what to write instead.

    Lists are texts with an entry on each line. `level` is what staff chose; a person who has died
    warns nobody any more (`level_on`). A rule without a warning also silences others where it
    covers them: "gore-tex" silences "gore".
    """

    class Kind(models.TextChoices):
        LIVING_ARTIST = "living_artist", _("Living artist")
        DECEASED_ARTIST = "deceased_artist", _("Deceased artist")
        STUDIO = "studio", _("Studio")
        WORK = "work", _("Title of a work")
        CHARACTER = "character", _("Protected character")
        REAL_PERSON = "real_person", _("Real person")
        NUDITY = "nudity", _("Nudity or underwear")
        GORE = "gore", _("Gore")
        CHILD = "child", _("Realistic child")
        HATE = "hate", _("Sign of hate")
        BRAND = "brand", _("Brand or logo")
        HARMLESS = "harmless", _("Harmless words")

    class Level(models.TextChoices):
        CLEAR = "clear", _("Clear warning")
        SOFT = "soft", _("Soft warning")
        NONE = "none", _("No warning")

    # What a wording such as "in the style of" may stand beside
    STYLED = (Kind.LIVING_ARTIST, Kind.DECEASED_ARTIST, Kind.STUDIO)

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    level = models.CharField(max_length=10, choices=Level)
    is_enabled = models.BooleanField(default=True)

    # In any language and script, one on each line
    spellings = models.TextField(blank=True)
    # Too common to count alone: they count after "in the style of", "by" and the like
    styled_spellings = models.TextField(blank=True)
    # When there are any, one of them must stand in the prompt too
    companions = models.TextField(blank=True)
    # "Ghibli style" is no reason for a warning, "Ghibli" is
    is_fine_as_style = models.BooleanField(default=False)

    # A line for each language, "en: bright modern Japanese anime style"
    safer_wordings = models.TextField(blank=True)
    # Instead of the usual sentence of the kind
    sentence = models.CharField(max_length=200, blank=True)

    died_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    sources = models.TextField(blank=True)
    # The day on which somebody last looked it up
    checked_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["kind", "name"]
        verbose_name = _("prompt check entry")
        verbose_name_plural = _("prompt check entries")

    def __str__(self) -> str:
        return self.name

    def level_on(self, today: date) -> str:
        """The level that holds on a day: of a person who has died, none."""
        if self.died_on is not None and self.died_on <= today:
            return self.Level.NONE
        return self.level

    def wordings(self) -> dict[str, str]:
        """The safer wording by language."""
        pairs = (line.partition(":") for line in self.safer_wordings.splitlines())
        return {code.strip(): text.strip() for code, _colon, text in pairs if text.strip()}
