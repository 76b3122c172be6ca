"""What the pictures of collections cost.

A picture may be in several collections and come and go, so they have no share in the ledger: each
is the sum of what its pictures of the period cost, as it stands now.
"""

from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from generations.models import Collection, CollectionItem, SpendGroup
from generations.models.fields import MICRO_DOLLAR
from generations.selectors.costs.breakdowns import Row
from generations.selectors.costs.scope import NO_PROJECT, Scope
from generations.selectors.costs.sums import Sums

# So many are looked up, one by one, in the time that a page has
FEW_ITEMS = 5000


def are_few() -> bool:
    """Whether what is in collections can be added up while a page is made."""
    return not CollectionItem.objects.order_by()[FEW_ITEMS : FEW_ITEMS + 1].exists()


def rows_by_collection(scope: Scope) -> list[Row]:
    """The dearest first; `each` in them knows nothing of failed calls."""
    counted = items_of(scope).values_list("collection").order_by()
    rows = counted.annotate(
        cost=Sum("image__cost"),
        delivered=Count("pk"),
        kept=Count("pk", filter=Q(image__is_in_gallery=True)),
    )
    found = {
        pk: Sums(spent=_exact(cost), delivered=delivered, kept=kept)
        for pk, cost, delivered, kept in rows
    }
    names = dict(Collection.objects.filter(pk__in=found).values_list("pk", "name"))
    made = [Row(str(pk), names[pk], sums) for pk, sums in found.items() if pk in names]
    return sorted(made, key=lambda row: (-row.sums.spent, row.name))


def items_of(scope: Scope) -> QuerySet[CollectionItem]:
    """Pictures in collections that were made in the period."""
    items = CollectionItem.objects.filter(
        Q(image__is_in_gallery=True) | Q(image__trashed_at__isnull=False),
        **scope.moments("image__created_at"),
    )
    if SpendGroup.objects.exclude(is_demo=scope.is_demo).exists():
        items = items.filter(image__generation__is_demo=scope.is_demo)
    if scope.person is not None:
        items = items.filter(image__requested_by=scope.person)
    if scope.model:
        items = items.filter(image__image_model=scope.model)
    if scope.project:
        project = None if scope.project == NO_PROJECT else UUID(scope.project)
        items = items.filter(image__attempt__spend_group__project=project)
    return items


def _exact(cost: Decimal | None) -> Decimal:
    """SQLite adds up floating point numbers."""
    return (cost or Decimal(0)).quantize(MICRO_DOLLAR)
