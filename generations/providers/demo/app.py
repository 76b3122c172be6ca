"""The demo provider as an ASGI application: every request is recorded, routed and answered."""

from generations.providers.demo.exchange import Exchange, Message, Receive, Scope, Send
from generations.providers.demo.records import RecordedRequest
from generations.providers.demo.refusals import Refused
from generations.providers.demo.routes import answer_request
from generations.providers.demo.script import Script, error_script, whole_script
from generations.providers.demo.state import DemoState

_MAX_BODY = 128 * 1024 * 1024
_UNRECORDED = ("/demo/", "/health")
_REQUESTS_A_MINUTE = 500
_TOKENS_A_MINUTE = 2_000_000
_TOO_LARGE = (
    b"<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n"
    b"<center><h1>413 Request Entity Too Large</h1></center>\r\n</body>\r\n</html>\r\n"
)


class DemoApp:
    """Answers HTTP requests from the state of one demo server."""

    def __init__(self, state: DemoState) -> None:
        self.state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        record = self._record(scope)
        exchange = Exchange(
            receive=receive,
            send=send,
            transport=scope["extensions"]["demo"]["transport"],
            record=record,
            released=self.state.released,
        )
        self.state.in_flight += record.is_generation
        self.state.most_in_flight = max(self.state.most_in_flight, self.state.in_flight)
        try:
            script = await self._script(record, receive)
            await exchange.perform(script, headers=self._headers(record))
        finally:
            self.state.in_flight -= record.is_generation
            if self.state.forgets:
                record.forget_contents()

    def _record(self, scope: Scope) -> RecordedRequest:
        number = self.state.next_number()
        record = RecordedRequest(
            number=number,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode(),
            headers={name.decode(): value.decode("latin-1") for name, value in scope["headers"]},
            request_id=f"req_demo{number:08d}",
        )
        if not record.path.startswith(_UNRECORDED):
            self.state.requests.append(record)
        return record

    async def _script(self, record: RecordedRequest, receive: Receive) -> Script:
        body = await _read_body(receive)
        if body is None:
            return whole_script(_TOO_LARGE, "text/html", status=413)
        record.read(body)
        try:
            return await answer_request(record, state=self.state)
        except Refused as refusal:
            return refusal.script()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # A body that is JSON but not of the documented shape
            return error_script(400, f"Invalid request body: {error!r}.", code="invalid_type")

    def _headers(self, record: RecordedRequest) -> tuple[tuple[str, str], ...]:
        left = str(max(0, _REQUESTS_A_MINUTE - self.state.in_flight))
        return (
            ("x-request-id", record.request_id),
            ("x-ratelimit-limit-requests", str(_REQUESTS_A_MINUTE)),
            ("x-ratelimit-remaining-requests", left),
            ("x-ratelimit-reset-requests", "120ms"),
            ("x-ratelimit-limit-tokens", str(_TOKENS_A_MINUTE)),
            ("x-ratelimit-remaining-tokens", str(_TOKENS_A_MINUTE - 8192)),
            ("x-ratelimit-reset-tokens", "245ms"),
        )


async def _read_body(receive: Receive) -> bytes | None:
    """Read the whole body; None if it is larger than any provider takes."""
    body = bytearray()
    message: Message = {"more_body": True}
    while message.get("more_body"):
        message = await receive()
        if len(body) <= _MAX_BODY:
            body += message.get("body", b"")
    return bytes(body) if len(body) <= _MAX_BODY else None
