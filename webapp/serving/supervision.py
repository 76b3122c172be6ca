"""supervisord as a program, with one change: what several processes listen on stays open.

It closes a shared socket when the last process that has it ends, and opens it anew for the next
one. A part that was started in that moment still has the old one until it becomes its program;
then "address already in use" ends supervisord and with it the site. Open, the socket also keeps
people waiting for a moment where it would turn them away.
"""

from supervisor import supervisord
from supervisor.socket_manager import SocketManager


def _stay_open(_manager: SocketManager) -> None:
    """Until supervisord itself ends."""


if __name__ == "__main__":
    SocketManager._close = _stay_open
    supervisord.main()
