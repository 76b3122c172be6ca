"""One web process on the listening socket that the supervisor hands over as standard input."""

import os
import socket

import uvicorn

from webapp.serving.leash import end_with_parent

GRACEFUL_SECONDS = 3


def main() -> None:
    end_with_parent()
    listener = socket.socket(fileno=os.dup(0))
    config = uvicorn.Config(
        "webapp.asgi:application",
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        # Live streams stay open for hours; without it a stop would wait for them
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
