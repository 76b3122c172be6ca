"""Ties a process to its parent: when the parent dies, however it dies, it is asked to stop.

As a program it ties any other: `python leash.py COMMAND ARGUMENT …`. Linux does it (a parent
death signal, which survives exec); elsewhere nothing is tied.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(number: int = signal.SIGTERM, *, parent: int = 0) -> None:
    """Asks the system to send this process a signal when its parent ends.

    `parent` is the parent's process id as it was at the start: where that has ended already, which
    the system does not tell afterwards, the signal comes now.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if parent and os.getppid() != parent:
            os.kill(os.getpid(), number)


def parent_is_interrupted() -> bool:
    """Whether the parent was interrupted and waits for us to end, as make does.

    An interrupt that was meant for make alone is not passed on; while make handles it, it holds
    further ones back, which the system shows.
    """
    try:
        with open(f"/proc/{os.getppid()}/status") as status:  # noqa: PTH123  (imports little)
            blocked = next(line for line in status if line.startswith("SigBlk:"))
    except (OSError, StopIteration):
        return False
    return bool(int(blocked.split()[1], 16) & 1 << signal.SIGINT - 1)


if __name__ == "__main__":
    end_with_parent()
    os.execvp(sys.argv[1], sys.argv[1:])
