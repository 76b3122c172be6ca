"""Collections: a name, and pictures that go into one of them."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.pictures import PicturesForm
from generations.forms.projects import ProjectField
from generations.models import Collection, Project


class NameForm(forms.Form):
    name = forms.CharField(
        max_length=100,
        label=gettext_lazy("Name"),
        error_messages={
            "required": gettext_lazy("Give the collection a name."),
            "max_length": gettext_lazy("The name is too long: up to 100 characters."),
            "null_characters_not_allowed": gettext_lazy("Type the name afresh."),
        },
    )


class CollectionForm(NameForm):
    """A name, and the project it belongs to; that it has stays possible when it is closed."""

    project = ProjectField()

    def __init__(self, data: Any = None, *, collection: Collection | None = None) -> None:
        initial = {"name": collection.name, "project": collection.project_id} if collection else {}
        super().__init__(data, initial=initial)
        self.collection = collection
        if collection is not None and collection.project_id is not None:
            field = self.fields["project"]
            assert isinstance(field, ProjectField)
            field.queryset = Project.objects.filter(Q(is_active=True) | Q(pk=collection.project_id))

    def clean_project(self) -> Project | None:
        """A form that says nothing of it leaves it as it is."""
        if self.collection is not None and "project" not in self.data:
            return self.collection.project
        chosen: Project | None = self.cleaned_data["project"]
        return chosen

    @property
    def has_projects(self) -> bool:
        return len(self["project"].subwidgets) > 1


class AdditionForm(PicturesForm):
    """The pictures, and `collection` (an id) or the `name` of a new one."""

    collection = forms.ModelChoiceField(
        Collection.objects.all(),
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("That collection is not there any more."),
        },
    )
    name = forms.CharField(max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("collection") and not cleaned.get("name"):
            raise forms.ValidationError(_("Choose a collection, or name a new one."))
        return cleaned
