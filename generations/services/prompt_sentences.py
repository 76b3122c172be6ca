"""The words with which the prompt check explains itself, by kind of entry."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generations.models import PromptRule

Kind = PromptRule.Kind
Text = str | Promise

TITLES: dict[str, Text] = {
    Kind.LIVING_ARTIST: _("“%(words)s” is a living artist."),
    Kind.DECEASED_ARTIST: _("“%(words)s” is an artist."),
    Kind.STUDIO: _("“%(words)s” is a studio."),
    Kind.WORK: _("“%(words)s” is the title of a work."),
    Kind.CHARACTER: _("“%(words)s” is a protected character."),
    Kind.REAL_PERSON: _("“%(words)s” is a real person."),
    Kind.NUDITY: _("“%(words)s” may be taken for nudity."),
    Kind.GORE: _("“%(words)s” may be taken for gore."),
    Kind.CHILD: _("“%(words)s” in a realistic picture."),
    Kind.HATE: _("“%(words)s” may be taken for a sign of hate."),
    Kind.BRAND: _("“%(words)s” is a brand."),
    Kind.HARMLESS: _("“%(words)s” is on the list."),
}
ADVICE: dict[str, Text] = {
    Kind.LIVING_ARTIST: _("Providers often refuse such names, and the call may be charged."),
    Kind.DECEASED_ARTIST: _("Some providers refuse the name."),
    Kind.STUDIO: _("Its name alone is sometimes refused; the word “style” beside it helps."),
    Kind.WORK: _("Titles are sometimes refused. Describe the scene instead."),
    Kind.CHARACTER: _("Providers often refuse it. Describe a figure of your own instead."),
    Kind.REAL_PERSON: _("Providers often refuse likenesses. Describe a person without the name."),
    Kind.NUDITY: _("Providers often refuse it, and the call may be charged."),
    Kind.GORE: _("Providers often refuse it. Say the feeling rather than the wound."),
    Kind.CHILD: _("Realistic children are sometimes refused. Ask for an illustration instead."),
    Kind.HATE: _("Providers refuse it, and refusals can endanger the team’s account."),
    Kind.BRAND: _("Its sign is sometimes refused. Describe a sign of your own instead."),
    Kind.HARMLESS: _("Providers sometimes refuse it."),
}


def title_of(rule: PromptRule, words: str) -> str:
    """What the words are."""
    return str(TITLES[rule.kind]) % {"words": words}


def advice_of(rule: PromptRule) -> str:
    """What that means, and what to do."""
    return rule.sentence or str(ADVICE[rule.kind])
