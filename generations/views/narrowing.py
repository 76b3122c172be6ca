"""Search and filters as they stand in an address: the gallery's, and of what one opens from it."""

from django.http import HttpRequest

from generations.forms.gallery import GalleryForm
from generations.selectors.collections import collections_to_choose
from generations.selectors.gallery_choices import models_to_choose, people_to_choose
from generations.selectors.gallery_filters import GalleryFilters
from generations.selectors.projects import projects_to_choose


def gallery_form(request: HttpRequest) -> GalleryForm:
    return GalleryForm(
        request.GET,
        people=people_to_choose(request.user),
        models=models_to_choose(),
        collections=collections_to_choose(),
        projects=projects_to_choose(),
        viewer=request.user.pk,
    )


def filters_of(form: GalleryForm) -> GalleryFilters:
    return GalleryFilters(**form.narrowing())
