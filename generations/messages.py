"""The words for every way in which an attempt or an upload ends badly, keyed by code."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generations.providers.base import Code

Text = str | Promise


@dataclass(frozen=True)
class Message:
    """`title` names it in a few words, `what` says what happened, `change` what to do now."""

    title: Text
    what: Text
    change: Text


MESSAGES: dict[str, Message] = {
    Code.CONNECT_FAILED: Message(
        _("Provider not reached"),
        _("The provider could not be reached; nothing was sent."),
        _("Try again in a few minutes."),
    ),
    Code.KEY_WRONG: Message(
        _("Key refused"),
        _("The provider does not accept the team’s key."),
        _("Ask your staff to check the key, then try again."),
    ),
    Code.NO_CREDIT: Message(
        _("No credit left"),
        _("The team’s account at the provider has no credit left."),
        _("Ask your staff to top it up, then try again."),
    ),
    Code.NO_PERMISSION: Message(
        _("Not allowed"),
        _("The provider does not let the team’s key use this model."),
        _("Choose another model, or ask your staff."),
    ),
    Code.RATE_LIMITED: Message(
        _("Provider busy"),
        _("The provider takes no more requests at the moment and refused this one."),
        _("Try again in a few minutes."),
    ),
    Code.MODEL_UNAVAILABLE: Message(
        _("Model not available"),
        _("The provider does not serve this model now."),
        _("Choose another model."),
    ),
    Code.BAD_REQUEST: Message(
        _("Setting refused"),
        _("The provider does not accept one of the settings."),
        _("Choose another size, quality or format."),
    ),
    Code.REQUEST_TOO_LARGE: Message(
        _("References too large"),
        _("The references together are larger than the provider accepts."),
        _("Use fewer or smaller references."),
    ),
    Code.REFERENCE_REFUSED: Message(
        _("Reference refused"),
        _("The provider could not use one of the references."),
        _("Use another reference."),
    ),
    Code.MODERATION: Message(
        _("Prompt refused"),
        _("The provider refused this prompt before it painted."),
        _("Change the wording: leave out living artists, real people and protected characters."),
    ),
    Code.OUTPUT_MODERATION: Message(
        _("Picture refused"),
        _("The provider painted the picture and then refused to hand it out."),
        _("Change the wording: leave out what may be taken for nudity, violence or real people."),
    ),
    Code.PROVIDER_FAILED: Message(
        _("Provider failed"),
        _("The provider started and gave up without saying why."),
        _("Try again, or choose another model."),
    ),
    Code.PROVIDER_DOWN: Message(
        _("Provider out of order"),
        _("The provider says that its image service is out of order for now."),
        _("Try again later, or choose another model."),
    ),
    Code.NO_IMAGE: Message(
        _("No picture in the answer"),
        _("The provider answered without a picture."),
        _("Say more clearly that you want a picture, or choose another model."),
    ),
    Code.QUEUE_TIMEOUT: Message(
        _("Left waiting at the provider"),
        _("The provider kept the request in its queue and then ended the answer."),
        _("Try again later, or choose another model."),
    ),
    Code.CONNECTION_LOST: Message(
        _("Connection lost"),
        _("The connection broke after sending; the provider may have painted the picture."),
        _("Nothing is sent again by itself. Your staff can settle what it cost."),
    ),
    Code.DEADLINE: Message(
        _("Took too long"),
        _("The provider did not finish in time; it may have painted the picture."),
        _("Nothing is sent again by itself. Your staff can settle what it cost."),
    ),
    Code.SILENT: Message(
        _("Provider went silent"),
        _("The provider stopped answering; it may have painted the picture."),
        _("Nothing is sent again by itself. Your staff can settle what it cost."),
    ),
    Code.SERVER_ERROR: Message(
        _("Error at the provider"),
        _("The provider had an error after the request was sent."),
        _("Nothing is sent again by itself. Your staff can settle what it cost."),
    ),
    Code.UNREADABLE_ANSWER: Message(
        _("Answer not understood"),
        _("The provider answered with something that is no picture and no reason."),
        _("Nothing is sent again by itself. Your staff can settle what it cost."),
    ),
    Code.BROKEN_PICTURE: Message(
        _("Picture damaged"),
        _("The provider delivered a picture that cannot be opened."),
        _("Try again, or choose another model."),
    ),
    Code.CANCELED: Message(
        _("Canceled"),
        _("It was canceled."),
        _("Generate again when you are ready."),
    ),
    Code.WORKER_LOST: Message(
        _("Interrupted on our side"),
        _("A worker stopped while the provider was working; the picture may have been painted."),
        _("Nothing is sent again by itself. Your staff can settle what it cost."),
    ),
    Code.DOWNLOAD_FAILED: Message(
        _("Picture not fetched"),
        _("The provider painted the picture, but it could not be downloaded."),
        _("Ask the provider with the request id, or generate again."),
    ),
    Code.ADDRESS_REFUSED: Message(
        _("Unsafe picture address"),
        _("The provider named an address that is not safe to open."),
        _("Tell your staff; generate again with another model."),
    ),
    Code.NOT_A_PICTURE: Message(
        _("Not a picture"),
        _("The file is not a picture that can be opened, or it is damaged."),
        _("Use a PNG, JPEG or WebP file."),
    ),
    Code.PICTURE_TOO_LARGE: Message(
        _("Picture too large"),
        _("The picture is larger than is allowed here."),
        _("Make it smaller and try again."),
    ),
    Code.PROVIDER_NOT_SET: Message(
        _("Provider not set up"),
        _("This installation has no key for the provider any more; nothing was sent."),
        _("Choose another model, or ask your staff to set the key."),
    ),
    Code.NOT_NEEDED: Message(
        _("Not needed"),
        _("An earlier attempt brought the picture after all; this one was not sent and is free."),
        _("Generate once more if you want another one."),
    ),
    Code.INTERNAL: Message(
        _("Error on our side"),
        _("Something broke on our side."),
        _("Tell your staff; the log has the details."),
    ),
}

UNKNOWN = Message(
    _("Something went wrong"), _("The reason is not known."), _("Try again, or ask your staff.")
)


def message_for(code: str) -> Message:
    """The words for a code; there are words for every code."""
    return MESSAGES.get(code, UNKNOWN)
