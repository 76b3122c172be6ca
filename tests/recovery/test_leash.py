"""A process that is tied to its parent ends with it, also when it comes too late to be told."""

import os
import signal
import subprocess
import sys

import pytest

from tests.support.environment import ROOT

TIED = "from webapp.serving.leash import end_with_parent as tie; tie(parent={parent}); print('on')"


@pytest.mark.parametrize(
    ("is_there", "status", "said"), [(True, 0, "on\n"), (False, -signal.SIGTERM, "")]
)
def test_a_parent_that_ended_before_the_leash_was_on(
    is_there: bool, status: int, said: str
) -> None:
    """As a worker that is killed while its beat starts: the beat must not ring for ever."""
    parent = os.getpid() if is_there else 2**22
    command = [sys.executable, "-c", TIED.format(parent=parent)]
    tied = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (tied.returncode, tied.stdout) == (status, said), tied.stderr
