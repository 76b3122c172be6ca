"""Which group an attempt's money is counted in; decided once, at its first line or before."""

from uuid import UUID

from generations.models import Attempt, Generation, SpendGroup


def group_of(attempt: Attempt) -> int:
    """The id of an attempt's group; written into the attempt where it has none yet."""
    if attempt.spend_group_id is None:
        attempt.spend_group_id = group_for(attempt.generation)
        Attempt.objects.filter(pk=attempt.pk).update(spend_group=attempt.spend_group_id)
    return attempt.spend_group_id


def project_of(attempt: Attempt) -> UUID | None:
    """The project for which an attempt was made, whatever its generation's is by now."""
    group_of(attempt)
    return attempt.spend_group.project_id if attempt.spend_group else None


def group_for(generation: Generation) -> int:
    """The id of the group in which what a generation costs from now on is counted."""
    names = {
        "person_id": generation.requested_by_id,
        "provider": generation.provider,
        "model": generation.model,
        "project_id": generation.project_id,
        "is_demo": generation.is_demo,
    }
    found = SpendGroup.objects.filter(**names).values_list("pk", flat=True)
    if not (pk := found.first()):
        # Somebody else may make it at the same moment
        SpendGroup.objects.bulk_create([SpendGroup(**names)], ignore_conflicts=True)
        pk = found.get()
    return pk
