"""Whatever the state of a delivery, the card of a paid picture says where it is."""

from hypothesis import given
from hypothesis import strategies as st

from generations.models import Attempt, Delivery, Generation
from generations.selectors.cards import Card
from generations.selectors.slots import Slot

TRIES = st.none() | st.integers(1, 40)


def _card(status, tries):
    generation = Generation(status="running")
    attempts = [Attempt(generation=generation, slot=slot, status=status) for slot in range(2)]
    late = None if tries is None else Delivery(attempt=attempts[1], tries=tries)
    slots = [Slot(attempts[0], [], ""), Slot(attempts[1], [], "", late=late)]
    return Card(generation=generation, slots=slots, attempts=attempts, image_model=None)


@given(tries=TRIES, status=st.sampled_from(Attempt.Status.values))
def test_fetching_is_said_while_it_is_tried_again_and_at_no_other_time(tries, status):
    is_tried_again = status == "collecting" and tries is not None
    assert _card(status, tries).is_fetching == is_tried_again


@given(one=TRIES, other=TRIES)
def test_each_try_is_a_new_state_for_pages_that_catch_up(one, other):
    is_same = _card("collecting", one).version == _card("collecting", other).version
    assert is_same == (one == other)
