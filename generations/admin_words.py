"""What the staff's lists call rows and columns.

Django makes words of the names in the models, in English alone. They are replaced here, where no
migration comes of it, since only these lists say them.
"""

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MODELS: dict[str, tuple[Promise, Promise]] = {
    "attempt": (_("attempt"), _("attempts")),
    "generation": (_("generation"), _("generations")),
    "imagemodel": (_("image model"), _("image models")),
    "ledgerentry": (_("ledger entry"), _("ledger entries")),
    "pricelistitem": (_("price list item"), _("price list items")),
}
FIELDS: dict[str, Promise] = {
    "amount": _("Amount"),
    "attempt": _("Attempt"),
    "background": _("Background"),
    "backgrounds": _("Backgrounds"),
    "cancel_requested_at": _("Cancel asked for at"),
    "changed_at": _("Changed at"),
    "charged": _("Charged"),
    "charges_failures": _("Charges failures"),
    "checked_on": _("Looked up on"),
    "code": _("Code"),
    "companions": _("Only together with"),
    "complexities": _("Complexities"),
    "complexity": _("Complexity"),
    "cost": _("Cost"),
    "count": _("Count"),
    "created_at": _("Created at"),
    "detail": _("Detail"),
    "died_on": _("Died on"),
    "effective_from": _("Valid from"),
    "ends_on": _("Ends on"),
    "entered_by": _("Entered by"),
    "estimate": _("Estimate"),
    "finished_at": _("Finished at"),
    "generation": _("Generation"),
    "got": _("Got"),
    "id": _("Id"),
    "input_fidelities": _("Input fidelities"),
    "input_fidelity": _("Input fidelity"),
    "is_demo": _("Demo"),
    "is_enabled": _("On"),
    "is_fine_as_style": _("Fine as a style"),
    "is_kept_after_end": _("Kept after its end"),
    "kind": _("Kind"),
    "label": _("Label"),
    "late_for": _("About a month that was closed"),
    "level": _("Warning"),
    "max_count": _("Most pictures"),
    "max_partial_images": _("Most partial pictures"),
    "max_references": _("Most references"),
    "model": _("Model"),
    "moderation": _("Moderation"),
    "moderations": _("Moderations"),
    "name": _("Name"),
    "not_before": _("Not before"),
    "note": _("Note"),
    "number": _("Number"),
    "output_compression": _("Compression"),
    "output_format": _("Output format"),
    "output_formats": _("Output formats"),
    "parent": _("Came from"),
    "partial_file": _("Partial picture"),
    "partial_images": _("Partial pictures"),
    "percent": _("Percent"),
    "phase": _("Phase"),
    "picture_count": _("Pictures"),
    "position": _("Position"),
    "project": _("Project"),
    "prompt": _("Prompt"),
    "prompt_limit": _("Longest prompt"),
    "provider": _("Provider"),
    "provider_request_id": _("Provider’s request id"),
    "qualities": _("Qualities"),
    "quality": _("Quality"),
    "reason": _("Reason"),
    "references": _("References"),
    "requested_by": _("Requested by"),
    "route": _("Route"),
    "safer_wordings": _("Safer wording"),
    "said": _("What the provider said"),
    "sends": _("Times sent"),
    "sent_at": _("Sent at"),
    "sentence": _("Sentence"),
    "size": _("Size"),
    "sizes": _("Sizes"),
    "slot": _("Slot"),
    "source": _("Source"),
    "sources": _("Sources"),
    "spellings": _("Spellings"),
    "spend_group": _("Spend group"),
    "status": _("State"),
    "styled_spellings": _("Spellings beside a style word"),
    "submission_key": _("Submission key"),
    "takes_compression": _("Takes compression"),
    "takes_free_size": _("Takes any size"),
    "takes_mask": _("Takes a mask"),
    "unit": _("Unit"),
    "unit_price": _("Price"),
    "usage": _("Usage"),
    "worker": _("Worker"),
    "written_at": _("Written at"),
}


def say_them() -> None:
    """Gives the models of the lists these words; a model with words of its own keeps them."""
    for name, (one, several) in MODELS.items():
        meta = apps.get_model("generations", name)._meta
        meta.verbose_name, meta.verbose_name_plural = one, several
    for name in [*MODELS, "promptrule"]:
        for field in apps.get_model("generations", name)._meta.fields:
            field.verbose_name = FIELDS.get(field.name, field.verbose_name)
