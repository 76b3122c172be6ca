"""Requests that are refused before any work."""

from generations.providers.demo.script import Script, error_script


class Refused(Exception):
    """A request that is answered with an error; carries the fields of OpenAI's error object."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.kind = kind

    def script(self) -> Script:
        """Give the refusal as an answer."""
        return error_script(
            self.status, self.message, kind=self.kind, code=self.code, param=self.param
        )
