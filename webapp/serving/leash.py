"""Ties a process to its parent: when the parent dies, however it dies, it is asked to stop.

As a program it ties any other: `python leash.py COMMAND ARGUMENT …`. Linux does it (a parent
death signal, which survives exec); elsewhere nothing is tied.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Asks the system to send SIGTERM to this process when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


if __name__ == "__main__":
    end_with_parent()
    os.execvp(sys.argv[1], sys.argv[1:])
