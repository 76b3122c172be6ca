"""Guarded downloads: what we take."""

import gzip
import zlib

import pytest

from generations.providers.base import Code
from generations.providers.contents import Decoder
from generations.providers.results import FetchError
from tests.providers.downloads import LIMITS, PNG, fetch, fetch_in, picture, refusal
from tests.providers.raw_server import HANG, RESET
from tests.support.disk import room_for


@pytest.mark.parametrize("body", [PNG, b"<html>", b'{"error": 1}', b"<svg/>"])
def test_the_content_is_judged_elsewhere(server, own, body):
    server.answer(picture(body))
    assert fetch(f"{server.origin}/1.png", own) == body


@pytest.mark.parametrize(
    ("status", "is_final"),
    [
        ("403 Forbidden", True),
        ("404 Not Found", True),
        ("410 Gone", True),
        ("401 Unauthorized", True),
        ("202 Accepted", False),
        ("408 Timeout", False),
        ("429 Slow", False),
        ("500 Oops", False),
        ("503 Busy", False),
        ("524 Timeout", False),
    ],
)
def test_a_status_that_is_no_success(server, own, status, is_final):
    server.answer(picture(status=status))
    assert refusal(f"{server.origin}/1.png", own) == (Code.DOWNLOAD_FAILED, is_final)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "steps",
    [
        [picture(content_length="9999"), RESET],
        [picture(content_length="9999")],
        [picture(b"")],
        [b""],
        [RESET],
        [b"nonsense\r\n\r\n"],
        [picture(gzip.compress(PNG)[:-12], content_encoding="gzip")],
    ],
)
def test_a_download_that_breaks_off_may_be_tried_again(server, own, steps):
    server.answer(*steps)
    assert refusal(f"{server.origin}/1.png", own) == (Code.DOWNLOAD_FAILED, False)


@pytest.mark.parametrize(
    "answer",
    [
        picture(b"x" * 100_001),
        picture(b"x", content_length="100001"),
        picture(gzip.compress(b"x" * 10_000_000), content_encoding="gzip"),
        picture(zlib.compress(b"x" * 10_000_000), content_encoding="deflate"),
    ],
)
def test_too_much_is_not_read_to_its_end(server, own, answer):
    server.answer(answer)
    assert refusal(f"{server.origin}/1.png", own) == (Code.PICTURE_TOO_LARGE, True)


def test_a_bomb_is_never_unpacked_beyond_the_limit():
    bomb = gzip.compress(b"x" * 10_000_000)
    assert len(Decoder("gzip").decode(bomb, 1_000)) == 1_000


def test_exactly_as_much_as_allowed(server, own):
    server.answer(picture(b"x" * 100_000, content_length="100000"))
    assert len(fetch(f"{server.origin}/1.png", own)) == 100_000


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_compressed_though_not_asked_for(server, own, encoding):
    server.answer(picture(gzip.compress(PNG), content_encoding=encoding))
    assert fetch(f"{server.origin}/1.png", own) == PNG


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "nonsense"])
def test_compressed_in_another_way(server, own, encoding):
    server.answer(picture(PNG, content_encoding=encoding))
    assert refusal(f"{server.origin}/1.png", own) == (Code.DOWNLOAD_FAILED, True)


@pytest.mark.parametrize("limits", [{"total_seconds": 0.2}, {"idle_seconds": 0.2}])
@pytest.mark.parametrize("steps", [[HANG], [picture(b"x", content_length="9"), HANG]])
def test_a_silent_server_is_left(server, own, limits, steps):
    server.answer(*steps)
    result = refusal(f"{server.origin}/1.png", own, **limits)
    assert result == (Code.DOWNLOAD_FAILED, False)
    assert server.client_left.wait(10)


def test_a_refused_connection_may_be_tried_again(server, own):
    server.close()
    assert refusal(f"{server.origin}/1.png", own) == (Code.DOWNLOAD_FAILED, False)


def test_no_proxy_of_the_environment_is_used(server, own, monkeypatch):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answer(picture())
    assert fetch(f"{server.origin}/1.png", own) == PNG


def test_the_loop_of_the_calls_downloads_too(server, own, loop):
    server.answer(picture())
    assert fetch_in(loop, f"{server.origin}/1.png", endpoint=own, limits=LIMITS) == PNG
    with pytest.raises(FetchError):
        fetch_in(loop, "https://127.0.0.1/", endpoint=own, limits=LIMITS)


def test_a_picture_is_written_as_it_comes(server, own, tmp_path):
    server.answer(picture(b"x" * 2**21, content_length=str(2**22)), HANG)
    with (tmp_path / "picture").open("wb") as file, pytest.raises(FetchError):
        fetch(f"{server.origin}/1.png", own, into=file, max_bytes=2**23, idle_seconds=0.5)
    assert (tmp_path / "picture").stat().st_size >= 2**20


def test_a_file_that_takes_no_more_is_no_fault_of_the_download(server, own, tmp_path):
    server.answer(picture(b"x" * 20_000))
    with (
        (tmp_path / "picture").open("wb") as file,
        room_for(10_000),
        pytest.raises(OSError, match="File too large"),
    ):
        fetch(f"{server.origin}/1.png", own, into=file)
