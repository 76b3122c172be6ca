"""Records the events of a call: what was paid for at once, progress once a second."""

import time
from dataclasses import asdict
from functools import partial, singledispatchmethod
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from generations.models import Attempt, Delivery
from generations.providers import base
from generations.services import live
from generations.services.database import AWAY, insist, let_go, storable
from generations.services.originals import StorageFailed, save_named
from generations.services.pictures import PictureRefused, check_header

SAVE_SECONDS = 1.0
DISK_SECONDS = 600.0
# Far more than any provider sends; what is beyond it is no answer but a flood
MOST_PICTURES_A_CALL = 16
LONGEST_SAID = 1_000_000
LONGEST_PROMPT = 64_000
LONGEST_WORD = 40
Phase = Attempt.Phase
log = structlog.get_logger(__name__)
ORDER = ["", Phase.SENT, Phase.QUEUED, Phase.PAINTING]


class CallRecord:
    """Takes the events of one call, in order, and keeps the attempt's row up to date.

    Addresses and pictures are saved before `take` returns; phase and percent go to the live
    channel at once and to the row at most once a second, the last of them too; neither ever goes
    backwards.
    """

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._changed: set[str] = set()
        self._saved_at = time.monotonic()
        # Nothing can have come of what was never sent
        self._position = attempt.deliveries.count() if attempt.sends else 0

    def take(self, event: base.Event) -> None:
        self._take(event)
        is_due = time.monotonic() - self._saved_at >= SAVE_SECONDS
        if self._changed and (is_due or isinstance(event, base.Pause)):
            self._save_if_possible()

    def _save_if_possible(self) -> None:
        try:
            self.save()
        except AWAY as error:
            # Progress may be late; the call goes on
            log.warning("progress_not_saved", error=type(error).__name__)
            self._saved_at = time.monotonic()
            let_go()

    def save(self) -> None:
        """Writes what has changed since the last time."""
        if self._changed:
            self._write_changed()
            let_go()
        self._note_saved()

    def _write_changed(self) -> None:
        values = {name: getattr(self._attempt, name) for name in self._changed}
        Attempt.objects.filter(id=self._attempt.id).update(**values)

    def _note_saved(self) -> None:
        self._changed.clear()
        self._saved_at = time.monotonic()

    @singledispatchmethod
    def _take(self, event: base.Event) -> None:
        """Events without a handler say nothing that is kept."""

    @_take.register
    def _(self, event: base.Accepted) -> None:
        self._set(provider_request_id=storable(event.request_id)[:200])

    @_take.register
    def _(self, event: base.Queued) -> None:
        self._advance(Phase.QUEUED, 0)

    @_take.register
    def _(self, event: base.Started) -> None:
        self._advance(Phase.PAINTING, 0)

    @_take.register
    def _(self, event: base.Progress) -> None:
        self._advance(Phase.PAINTING, min(event.percent, 100))

    @_take.register
    def _(self, event: base.Said) -> None:
        # The pictures stand at its end
        self._set(said=storable(event.text[-LONGEST_SAID:]))

    @_take.register
    def _(self, event: base.Usage) -> None:
        self._set(usage=asdict(event))

    @_take.register
    def _(self, event: base.Got) -> None:
        got = {name: storable(text[:LONGEST_WORD]) for name, text in asdict(event).items() if text}
        if event.revised_prompt:
            got["revised_prompt"] = storable(event.revised_prompt[:LONGEST_PROMPT])
        self._set(got=self._attempt.got | got)

    @_take.register
    def _(self, event: base.ResultAddress) -> None:
        if self._has_room():
            self._deliver(url=storable(event.url))

    @_take.register
    def _(self, event: base.Picture) -> None:
        if self._has_room():
            name = arrived_name(self._attempt, self._position)
            insist_on_disk(name, event.content)
            self._deliver(file=name)

    @_take.register
    def _(self, event: base.PartialPicture) -> None:
        name = f"partials/{self._attempt.id}.png"
        try:
            check_header(
                event.content,
                max_bytes=settings.PICTURE_MAX_BYTES,
                max_pixels=settings.PICTURE_MAX_PIXELS,
            )
            save_named(name, event.content)
        except (PictureRefused, StorageFailed, OSError) as error:
            # A preview is worth less than the call
            log.warning("preview_not_saved", error=str(error))
            return
        count = self._attempt.got.get("partial_images", 0) + 1
        # The Images API says nothing else of how far a call is; the picture itself comes last
        asked = max(self._attempt.generation.partial_images, count)
        self._advance(Phase.PAINTING, 100 * count // (asked + 1))
        self._set(partial_file=name, got=self._attempt.got | {"partial_images": count})
        insist(self.save)
        live.publish_state(**self._ids())

    def _has_room(self) -> bool:
        has_room = self._position < MOST_PICTURES_A_CALL
        if not has_room:
            log.warning("picture_left_out", most=MOST_PICTURES_A_CALL)
        return has_room

    def _deliver(self, **where: str) -> None:
        delivery = Delivery(attempt=self._attempt, position=self._position, **where)
        self._position += 1
        try:
            insist(partial(self._write_with_changed, delivery))
        except AWAY:
            raise
        except Exception:  # nothing that was said beside it keeps what is paid for from being saved
            insist(partial(_write, delivery))
            raise
        let_go()
        self._note_saved()

    @transaction.atomic
    def _write_with_changed(self, delivery: Delivery) -> None:
        _write(delivery)
        if self._changed:
            self._write_changed()

    def _advance(self, phase: str, percent: int) -> None:
        attempt = self._attempt
        if ORDER.index(phase) < ORDER.index(attempt.phase):
            return
        is_new_phase = phase != attempt.phase
        if not is_new_phase and percent <= attempt.percent:
            return
        self._set(phase=phase, percent=max(percent, attempt.percent))
        live.publish_progress(
            **self._ids(), slot=attempt.slot, phase=phase, percent=attempt.percent
        )
        if is_new_phase:
            self._saved_at = 0.0

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self._attempt, name, value)
        self._changed |= set(values)

    def _ids(self) -> dict[str, Any]:
        return {
            "user_id": self._attempt.requested_by_id,
            "generation_id": self._attempt.generation_id,
        }


def _write(delivery: Delivery) -> None:
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)


def arrived_name(attempt: Attempt, position: int) -> str:
    """Where a delivered picture's bytes lie before they are processed."""
    return f"arrived/{attempt.id}-{position}"


def insist_on_disk(name: str, content: bytes) -> None:
    """Writes a paid picture's bytes, waiting for a full disk to be freed."""
    deadline = time.monotonic() + DISK_SECONDS
    while True:
        try:
            save_named(name, content)
        except (StorageFailed, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return
