"""What the failure of a call means: another try, a state, a charge."""

from decimal import Decimal

from generations.models import Attempt, Generation
from generations.providers.base import Charged, Code, ProviderError
from generations.services import pricing

MAX_SENDS = 3
# Who is told to wait for longer hears so, and decides; asking again sooner may cost us the key
LONGEST_RETRY_SECONDS = 300

Status = Attempt.Status


def may_be_sent_again(attempt: Attempt, generation: Generation, error: ProviderError) -> bool:
    return (
        error.is_retryable
        and error.charged == Charged.NO
        and attempt.sends < MAX_SENDS
        and (error.retry_after or 0) <= LONGEST_RETRY_SECONDS
        and generation.cancel_requested_at is None
    )


def is_charged(attempt: Attempt, generation: Generation, error: ProviderError) -> Charged:
    asks_the_model = error.charged == Charged.AS_MODEL or (
        error.code == Code.CANCELED and error.charged == Charged.UNKNOWN
    )
    if not asks_the_model:
        return error.charged
    if pricing.charges_failures(generation):
        return Charged.YES
    return Charged.NO if error.charged == Charged.AS_MODEL else Charged.UNKNOWN


def final_status(error: ProviderError, charged: Charged) -> str:
    if charged == Charged.UNKNOWN:
        return Status.UNCONFIRMED
    return Status.CANCELED if error.code == Code.CANCELED else Status.FAILED


def cost_of_failure(attempt: Attempt, charged: Charged) -> Decimal | None:
    if charged == Charged.NO:
        return Decimal(0)
    return pricing.cost_of_call(attempt, picture_count=0)
