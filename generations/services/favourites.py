"""A person's marks on pictures: set and taken away, each as often as one likes."""

from typing import Any

from generations.models import Favourite, OutputImage


def mark_favourite(*, user: Any, image: OutputImage) -> None:
    Favourite.objects.bulk_create([Favourite(person=user, image=image)], ignore_conflicts=True)


def unmark_favourite(*, user: Any, image: OutputImage) -> None:
    Favourite.objects.filter(person=user, image=image).delete()
