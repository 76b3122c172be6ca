"""Collections: a name, and pictures that go into one of them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generations.forms.pictures import PicturesForm
from generations.forms.projects import WithProject
from generations.forms.rows import RowField
from generations.models import Collection


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


class CollectionForm(WithProject, NameForm):
    """A name, and the project it belongs to."""

    field_order = ("name", "project")

    def __init__(self, data: Any = None, *, collection: Collection | None = None) -> None:
        super().__init__(data, initial={"name": collection.name} if collection else {})
        self.start_with(collection.project_id if collection else None)


class AdditionForm(PicturesForm):
    """The pictures, and `collection` (an id) or the `name` of a new one."""

    collection = RowField(
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
