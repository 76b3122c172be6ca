"""Static files: hashed and compressed beforehand, sent whole."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Pages of staff, and parts of htmx that no page loads: compressing takes longer than it saves
NOT_COMPRESSED = ("admin/", "django_htmx/ext/", "django_htmx/htmx-4", "django_htmx/htmax-4")

# Joined into one file each, in the order of the cascade: a phone waits for every file that it asks
# for before it draws. `site` is of every page, the rest of the pages that have many of their own
JOINED_SHEETS: dict[str, tuple[str, ...]] = {
    "site": (
        *("tokens", "reset", "base", "layout"),
        *("controls", "components", "records", "utilities"),
    ),
    "gallery-page": ("gallery", "gallery-filters", "selection", "downloads", "lightbox"),
    "collection-page": ("gallery", "selection", "lightbox", "collections", "downloads"),
    "image-page": ("viewer", "downloads", "lightbox"),
    "shared-page": ("gallery", "viewer", "shared"),
    "studio-page": (
        *("composer", "reference-picker", "mask-painter"),
        *("gallery-picker", "presets", "generation-card"),
    ),
}


def sheet_path(name: str) -> str:
    return f"css/{name}.css"


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Joins the style sheets of a page, and compresses what many people load.

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
            paths = {**paths, **{path: (self, path) for path in self._join_sheets()}}
        yield from super().post_process(paths, dry_run, **options)

    def _join_sheets(self) -> Iterator[str]:
        for joined, names in JOINED_SHEETS.items():
            parts = [Path(self.path(sheet_path(name))).read_text("utf-8") for name in names]
            Path(self.path(sheet_path(joined))).write_text("\n".join(parts), "utf-8")
            yield sheet_path(joined)

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
