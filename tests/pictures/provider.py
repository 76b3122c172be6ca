"""A provider whose pictures are the files of a folder; the prompt is `file NAME base64|address`."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


@contextmanager
def provider_of(folder: Path) -> Iterator[str]:
    """Its base URL."""

    class Answers(_Answers):
        files = folder

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()


class _Answers(BaseHTTPRequestHandler):
    files: Path

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _, name, way = body["prompt"].split()
        if way == "address":
            url = f"http://{self.headers['Host']}/v1/files/{name}"
            self._answer(json.dumps({"created": 1, "data": [{"url": url}]}).encode())
            return
        encoded = base64.b64encode((self.files / name).read_bytes())
        self._answer(b'{"created": 1, "data": [{"b64_json": "' + encoded + b'"}]}')

    def do_GET(self) -> None:
        # What the header says is not what counts
        content = (self.files / self.path.rpartition("/")[2]).read_bytes()
        self._answer(content, "image/png")

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _answer(self, content: bytes, content_type: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        # Who has read enough closes the connection
        with suppress(ConnectionError):
            self.wfile.write(content)
