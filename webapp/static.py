"""Static files: hashed and compressed beforehand, sent whole."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from webapp.joined import JOINED_SCRIPTS, JOINED_SHEETS, join_modules, join_sheets

# Pages of staff, and parts of htmx that no page loads: compressing takes longer than it saves
NOT_COMPRESSED = ("admin/", "django_htmx/ext/", "django_htmx/htmx-4", "django_htmx/htmax-4")


def sheet_path(name: str) -> str:
    return f"css/{name}.css"


def script_path(name: str) -> str:
    return f"js/{name}.js"


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Joins the style sheets and the scripts of a page, and compresses what many people load.

    Modules import each other by their hashed names too: under two names, one module would run
    twice, and define its element twice.
    """

    support_js_module_import_aggregation = True
    # Our own modules alone: a package's file may import what no page loads
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        if not dry_run:
            joined = [*self._join_sheets(), *self._join_scripts()]
            paths = {**paths, **{path: (self, path) for path in joined}}
        yield from super().post_process(paths, dry_run, **options)

    def _join_sheets(self) -> Iterator[str]:
        for joined, names in JOINED_SHEETS.items():
            text = join_sheets(names, lambda name: self._read(sheet_path(name)))
            yield self._write(sheet_path(joined), text)

    def _join_scripts(self) -> Iterator[str]:
        for joined, names in JOINED_SCRIPTS.items():
            text = join_modules(names, lambda name: self._read(script_path(name)))
            yield self._write(script_path(joined), text)

    def _read(self, path: str) -> str:
        return Path(self.path(path)).read_text("utf-8")

    def _write(self, path: str, text: str) -> str:
        Path(self.path(path)).write_text(text, "utf-8")
        return path

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files(it for it in paths if not it.startswith(NOT_COMPRESSED))


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Reads files whole: they are small, and under ASGI a stream of a file is read whole anyway."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        answer = static_file.get_response(request.method, request.META)
        content = b""
        if answer.file is not None:
            with answer.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(answer.status))
        del response["Content-Type"]
        for name, value in answer.headers:
            response[name] = value
        if answer.file is not None:
            # A file may have been written since the start
            response["Content-Length"] = str(len(content))
        return response
