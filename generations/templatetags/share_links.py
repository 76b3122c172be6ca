"""What pages say of a person's links."""

from django import template
from django.template.context import Context

from generations.models import ShareLink

register = template.Library()


@register.simple_tag(takes_context=True)
def share_news(context: Context) -> int:
    """How many links have something new from guests; counted once for each page."""
    request = context["request"]
    if not hasattr(request, "share_news"):
        request.share_news = ShareLink.objects.with_news().filter(made_by=request.user).count()
    return int(request.share_news)
