"""Result addresses that are dead, endless or hostile (provider-facts 2.5)."""

import math
from collections.abc import Callable
from dataclasses import replace

from generations.providers.demo.calls import Call
from generations.providers.demo.faults.fault import BOTH, Fault, Serve
from generations.providers.demo.faults.timing import stop_at
from generations.providers.demo.pictures import Visit
from generations.providers.demo.script import (
    Act,
    Script,
    Step,
    error_script,
    whole_script,
)
from generations.providers.demo.switches import Switch

_FLOOD = b"\0" * 65_536
_PNG = b"\x89PNG\r\n\x1a\n"
_DECLARED = 10 * 1024**3
_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
    b"<script>alert(1)</script></svg>"
)


def _status(status: int, code: str, *, times: float = math.inf) -> Serve:
    """Refuse as often as the argument says, then serve."""

    async def serve(visit: Visit) -> Script:
        if visit.stored.fetches > visit.switch.number(times):
            return await visit.normal()
        return error_script(status, f"The picture is not there: {code}.", code=code)

    return serve


def _at_first(serve: Serve) -> Serve:
    """Misbehave as often as the argument says, then serve."""

    async def serve_at_first(visit: Visit) -> Script:
        if visit.stored.fetches > visit.switch.number(math.inf):
            return await visit.normal()
        return await serve(visit)

    return serve_at_first


def _page(content: bytes, content_type: str) -> Serve:
    async def serve(visit: Visit) -> Script:
        return whole_script(content, content_type)

    return serve


def _spoiled(spoil: Callable[[Script, Switch], Script]) -> Serve:
    async def serve(visit: Visit) -> Script:
        return spoil(await visit.normal(), visit.switch)

    return serve


def _slow(script: Script, switch: Switch) -> Script:
    return replace(script, seconds=switch.number(20))


def _cut(script: Script, switch: Switch) -> Script:
    return stop_at(script, switch.number(50), Act.CUT)


def _short(script: Script, switch: Switch) -> Script:
    """Serve the first half as if it were all: nothing says how long it is."""
    content = script.steps[0].data
    return replace(script, steps=(Step(at=0, data=content[: len(content) // 2]),), length=None)


def _reset(script: Script, switch: Switch) -> Script:
    return replace(script, steps=(Step(at=0, act=Act.RESET),))


def _stall(script: Script, switch: Switch) -> Script:
    return stop_at(script, switch.number(50), Act.STALL)


def _drip(script: Script, switch: Switch) -> Script:
    """Serve the picture's head at once and then one byte at a time, for ever."""
    head = Step(at=0, data=script.steps[0].data[:64])
    drop = Step(at=0, data=b"\0", act=Act.REPEAT, every=switch.number(0.5))
    return replace(script, steps=(head, drop), length=None)


def _endless(script: Script, switch: Switch) -> Script:
    flood = Step(at=0, data=_FLOOD, act=Act.REPEAT)
    return replace(script, steps=(Step(at=0, data=_PNG), flood), length=None)


def _declared(script: Script, switch: Switch) -> Script:
    return replace(script, steps=(*script.steps, Step(at=100, act=Act.STALL)), length=_DECLARED)


def _untyped(script: Script, switch: Switch) -> Script:
    return replace(script, headers=(("content-type", "application/octet-stream"),))


def _redirect(target: Callable[[Visit], str]) -> Serve:
    async def serve(visit: Visit) -> Script:
        headers = (("location", target(visit)),)
        return whole_script(b"", "text/html", status=302, headers=headers)

    return serve


def _moved(visit: Visit) -> str:
    return f"{visit.origin}/pictures/moved/{visit.token}.png"


def _itself(visit: Visit) -> str:
    return f"{visit.origin}/pictures/{visit.token}.png"


def _metadata(visit: Visit) -> str:
    return "http://169.254.169.254/latest/meta-data/iam/security-credentials/"


def _neighbour(visit: Visit) -> str:
    where = visit.switch.arguments[0] if visit.switch.arguments else "127.0.0.1:9"
    return f"http://{where}/secret.png"


def _file(visit: Visit) -> str:
    return "file:///etc/passwd"


def _misbehave(call: Call, switch: Switch) -> None:
    call.gives_addresses = True
    call.address_fault = switch


def _false_address(default: str) -> Callable[[Call, Switch], None]:
    def arrange(call: Call, switch: Switch) -> None:
        call.gives_addresses = True
        call.address = switch.arguments[0] if switch.arguments else default

    return arrange


def _served(name: str, meaning: str, serve: Serve, *, argument: str = "") -> Fault:
    return Fault(
        name=name,
        meaning=f"the result address {meaning}",
        source="2.5",
        argument=argument,
        routes=BOTH,
        arrange=_misbehave,
        serve=serve,
    )


def _named(name: str, address: str, *, argument: str = "") -> Fault:
    return Fault(
        name=name,
        meaning=f"the result address is {address}",
        source="2.5",
        argument=argument,
        routes=BOTH,
        arrange=_false_address(address),
    )


ADDRESS_FAULTS = (
    _served("picture-403", "is forbidden", _status(403, "forbidden"), argument="[times]"),
    _served("picture-404", "is not found", _status(404, "not_found"), argument="[times]"),
    _served("picture-410", "has expired", _status(410, "artifact_expired"), argument="[times]"),
    _served(
        "picture-429", "was fetched too often", _status(429, "too_many_downloads"),
        argument="[times]",
    ),
    _served(
        "picture-500", "fails, then serves", _status(500, "server_error", times=1),
        argument="[times=1]",
    ),
    _served("picture-slow", "is slow", _spoiled(_slow), argument="[seconds=20]"),
    _served("picture-cut", "breaks off", _spoiled(_cut), argument="[percent=50]"),
    _served("picture-reset", "resets the connection", _spoiled(_reset)),
    _served("picture-stall", "goes silent", _spoiled(_stall), argument="[percent=50]"),
    _served("picture-drip", "gives a byte at a time", _spoiled(_drip), argument="[seconds=0.5]"),
    _served("picture-endless", "never ends", _spoiled(_endless)),
    _served("picture-declared-huge", "promises 10 GB", _spoiled(_declared)),
    _served("picture-untyped", "serves a picture without its type", _spoiled(_untyped)),
    _served("picture-empty", "serves no bytes", _page(b"", "image/png")),
    _served(
        "picture-html", "serves a page", _at_first(_page(b"<html>Gone.</html>", "text/html")),
        argument="[times]",
    ),
    _served(
        "picture-short", "serves half a picture", _at_first(_spoiled(_short)),
        argument="[times]",
    ),
    _served("picture-svg", "serves an SVG with a script", _page(_SVG, "image/svg+xml")),
    _served("picture-redirect", "redirects within its origin", _redirect(_moved)),
    _served("picture-redirect-loop", "redirects to itself", _redirect(_itself)),
    _served("picture-redirect-metadata", "redirects to 169.254.169.254", _redirect(_metadata)),
    _served(
        "picture-redirect-local", "redirects to a neighbour on loopback", _redirect(_neighbour),
        argument="[host:port=127.0.0.1:9]",
    ),
    _served("picture-redirect-file", "redirects to a local file", _redirect(_file)),
    _named("address-file", "file:///etc/passwd"),
    _named("address-localhost", "http://localhost:9/picture.png"),
    _named("address-metadata", "http://169.254.169.254/latest/meta-data/picture.png"),
    _named("address", "https://picture.invalid/picture.png", argument="[address]"),
)  # fmt: skip
