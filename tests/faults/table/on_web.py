"""Web processes end while people press buttons and watch."""

import threading
import time
import uuid
from collections.abc import Sequence

from generations.models import Generation
from tests.faults.table.place import Place
from tests.faults.table.stream import LiveStream


def restarted_with_open_streams(place: Place) -> Sequence[Generation]:
    """SIGTERM with four open live streams; they come back, and know how all stands"""
    place.worker(on_broker=True)
    before = place.press("hold 40")
    place.all_reached(before)
    streams = [place.enter(LiveStream(place.web)) for _ in range(4)]
    for stream in streams:
        stream.wait_for_snapshot(1)
    place.web.process.terminate()
    start = time.monotonic()
    place.web.process.wait(timeout=20)
    place.said = f"stopped {time.monotonic() - start:.1f} s after SIGTERM"
    # What ends while nobody can tell the browsers
    place.world.demo.release()
    place.wait_for_status("succeeded", before)
    place.web.start()
    for stream in streams:
        stream.wait_for_snapshot(2)
        assert stream.is_running(before) is False, "A browser still shows it as running"
    after = place.press()
    place.wait_for_status("succeeded", after)
    for stream in streams:
        stream.wait_for_word_of(after)
    return [before, after]


def killed_with_open_streams(place: Place) -> Sequence[Generation]:
    """SIGKILL with an open live stream, and the start of another"""
    place.worker(on_broker=True)
    before = place.press("hold 40")
    stream = place.enter(LiveStream(place.web))
    stream.wait_for_snapshot(1)
    place.web.kill()
    place.web.start()
    stream.wait_for_snapshot(2)
    place.all_reached(before)
    place.world.demo.release()
    place.wait_for_status("succeeded", before)
    stream.wait_for_word_of(before)
    return [before]


def killed_at_submission(place: Place) -> Sequence[Generation]:
    """SIGKILL within the first press, and the same press again"""
    place.worker(on_broker=True)
    generations = [place.press()]
    for _ in range(3):
        key, prompt = uuid.uuid4().hex, f"A kite {uuid.uuid4().hex[:12]}"
        first = threading.Thread(target=place.web.press, kwargs={"key": key, "prompt": prompt})
        first.start()
        place.world.sleep(0, 0.08)
        place.web.kill()
        first.join()
        place.web.start()
        assert place.web.press(key=key, prompt=prompt) in (302, 303)
        generations.append(Generation.objects.get(submission_key=key))
    return generations


def pressed_five_times(place: Place) -> Sequence[Generation]:
    """the button is pressed five times at once: one generation"""
    place.worker(on_broker=True)
    key, prompt = uuid.uuid4().hex, f"A kite {uuid.uuid4().hex[:12]}"
    assert place.web.press(key=uuid.uuid4().hex, prompt=prompt + " warm") in (302, 303)
    presses = [
        threading.Thread(target=place.web.press, kwargs={"key": key, "prompt": prompt})
        for _ in range(5)
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    return [Generation.objects.get(submission_key=key)]
