"""Failures of the wire and of providers, row by row: provider-facts 3.1 to 3.3."""

import json
import socket
import time
from email.utils import formatdate

import pytest

from generations.providers.base import Charged, Code, Endpoint, ImageRequest
from generations.providers.details import clean_detail
from generations.providers.errors import error_from, error_in_answer, retry_after_of
from generations.providers.images_api import images_api
from tests.providers.conftest import KEY
from tests.providers.raw_server import RESET, http

REQUEST = ImageRequest(model="gpt-image-2", prompt="A cat")
ENDPOINT = Endpoint(name="relay", base_url="https://relay.example/v1", api_key=KEY)
NO, UNKNOWN, AS_MODEL = Charged.NO, Charged.UNKNOWN, Charged.AS_MODEL


def openai(code, message="", kind="invalid_request_error", **fields):
    return {"error": {"code": code, "message": message, "type": kind, "param": None, **fields}}


def said(message, kind="Aihubmix_api_error", code=None):
    return openai(code, message, kind)


SAFETY = "Your request was rejected by the safety system. safety_violations=[sexual]."
ROWS = [
    # bad key
    (401, openai("invalid_api_key"), Code.KEY_WRONG, NO),
    (401, said("Invalid token: … (tid: 1)"), Code.KEY_WRONG, NO),
    (401, openai("authentication_failed"), Code.KEY_WRONG, NO),
    (401, said("无效的令牌", "new_api_error"), Code.KEY_WRONG, NO),
    (400, said("无效的令牌", "new_api_error"), Code.KEY_WRONG, NO),
    # no money
    (429, openai("insufficient_quota", kind="insufficient_quota"), Code.NO_CREDIT, NO),
    (429, openai("credit_balance_exhausted"), Code.NO_CREDIT, NO),
    (429, openai("organization_spend_limit_exceeded"), Code.NO_CREDIT, NO),
    (429, openai("project_spend_limit_exceeded"), Code.NO_CREDIT, NO),
    (429, openai("organization_usage_limit_exceeded"), Code.NO_CREDIT, NO),
    (400, openai("billing_hard_limit_reached"), Code.NO_CREDIT, NO),
    (403, openai("insufficient_user_quota"), Code.NO_CREDIT, NO),
    (403, said("Your account balance is insufficient, please…"), Code.NO_CREDIT, NO),
    (403, said("Trial users can only try 10 times."), Code.NO_CREDIT, NO),
    (402, openai("insufficient_quota"), Code.NO_CREDIT, NO),
    (402, None, Code.NO_CREDIT, NO),
    (403, openai("pre_consume_token_quota_failed"), Code.NO_CREDIT, NO),
    # rate
    (429, openai("rate_limit_exceeded", kind="requests"), Code.RATE_LIMITED, NO),
    (429, said("The xx model Too many requests, …"), Code.RATE_LIMITED, NO),
    (503, said("Rate limited by provider, …"), Code.RATE_LIMITED, NO),
    (429, openai("rate_limited"), Code.RATE_LIMITED, NO),
    (429, openai("upstream_rate_limited"), Code.RATE_LIMITED, NO),
    (429, said("当前分组上游负载已饱和，请稍后再试"), Code.RATE_LIMITED, NO),
    (429, None, Code.RATE_LIMITED, NO),
    # moderation
    (
        400,
        openai("moderation_blocked", SAFETY, "image_generation_user_error"),
        Code.MODERATION,
        AS_MODEL,
    ),
    (
        400,
        openai("moderation_blocked", moderation_details={"moderation_stage": "output"}),
        Code.OUTPUT_MODERATION,
        AS_MODEL,
    ),
    (
        400,
        openai("moderation_blocked", moderation_details={"moderation_stage": "unknown"}),
        Code.MODERATION,
        AS_MODEL,
    ),
    (400, openai("content_policy_violation"), Code.MODERATION, AS_MODEL),
    (422, openai("output_blocked"), Code.OUTPUT_MODERATION, NO),
    (400, openai("output_policy_violation"), Code.OUTPUT_MODERATION, AS_MODEL),
    (400, openai("upstream_rejected"), Code.PROVIDER_FAILED, AS_MODEL),
    (500, openai("sensitive_words_detected"), Code.MODERATION, AS_MODEL),
    (400, openai("prompt_blocked"), Code.MODERATION, AS_MODEL),
    (500, said(SAFETY, "shell_api_error"), Code.MODERATION, AS_MODEL),
    (451, said(SAFETY, "shell_api_error"), Code.MODERATION, AS_MODEL),
    # bad size or parameter
    (400, openai("invalid_value", param="size"), Code.BAD_REQUEST, NO),
    (400, openai("unknown_parameter"), Code.BAD_REQUEST, NO),
    (400, openai("size_not_supported"), Code.BAD_REQUEST, NO),
    (400, openai("n_not_within_range"), Code.BAD_REQUEST, NO),
    (400, openai("prompt_missing"), Code.BAD_REQUEST, NO),
    (400, openai("prompt_too_long"), Code.BAD_REQUEST, NO),
    (400, openai("schema_violation"), Code.BAD_REQUEST, NO),
    (400, openai("capability_not_supported"), Code.BAD_REQUEST, NO),
    (422, {"detail": [{"loc": ["body", "size"]}]}, Code.BAD_REQUEST, NO),
    # reference image
    *[
        (400, openai(code), Code.REFERENCE_REFUSED, NO)
        for code in (
            "invalid_image",
            "invalid_image_format",
            "image_too_large",
            "image_too_small",
            "image_file_too_large",
            "unsupported_image_media_type",
            "empty_image_file",
            "failed_to_download_image",
            "invalid_media_data",
            "media_url_unreachable",
            "unsupported_media_format",
        )
    ],
    (400, openai("image_content_policy_violation"), Code.REFERENCE_REFUSED, AS_MODEL),
    (413, openai("image_too_large"), Code.REQUEST_TOO_LARGE, NO),
    (413, openai("request_too_large"), Code.REQUEST_TOO_LARGE, NO),
    (413, "<html>413 Request Entity Too Large</html>", Code.REQUEST_TOO_LARGE, NO),
    (451, {"code": 451, "msg": "reference could not be downloaded"}, Code.REFERENCE_REFUSED, NO),
    # model unknown or gone
    (404, openai("model_not_found"), Code.MODEL_UNAVAILABLE, NO),
    (400, openai("model_not_found"), Code.MODEL_UNAVAILABLE, NO),
    (400, said("Incorrect model ID. Please request to view…"), Code.MODEL_UNAVAILABLE, NO),
    (503, said("Incorrect model ID. Please request to view…"), Code.MODEL_UNAVAILABLE, NO),
    (404, openai("model_retired"), Code.MODEL_UNAVAILABLE, NO),
    (503, openai("model_unavailable"), Code.MODEL_UNAVAILABLE, NO),
    (503, said("当前分组 X 下对于模型 Y 无可用渠道"), Code.MODEL_UNAVAILABLE, NO),
    # no right
    (403, said("Your organization must be verified"), Code.NO_PERMISSION, NO),
    (403, said("Account suspended"), Code.NO_PERMISSION, NO),
    (403, openai("permission_denied"), Code.NO_PERMISSION, NO),
    (403, openai("async_not_enabled"), Code.NO_PERMISSION, NO),
    (403, openai("access_denied"), Code.NO_PERMISSION, NO),
    # time-out, gateway
    (500, {}, Code.SERVER_ERROR, UNKNOWN),
    (502, "<html>content policy</html>", Code.SERVER_ERROR, UNKNOWN),
    (503, said("Service busy, too many requests"), Code.SERVER_ERROR, UNKNOWN),
    (524, "<html>A timeout occurred</html>", Code.SERVER_ERROR, UNKNOWN),
    *[
        (status, openai(code), Code.SERVER_ERROR, UNKNOWN)
        for status, code in (
            (504, "sync_timeout"),
            (502, "upstream_bad_response"),
            (502, "task_status_unavailable"),
            (502, "image_not_generated"),
            (502, "upstream_unreachable"),
            (500, "do_request_failed"),
            (500, "bad_response_status_code"),
            (400, "bad_response_status_code"),
            (500, "channel:response_time_exceeded"),
        )
    ],
    (408, {}, Code.SERVER_ERROR, UNKNOWN),
    (409, {}, Code.SERVER_ERROR, UNKNOWN),
    # shapes
    (400, {"detail": {"error": {"code": "moderation_blocked"}}}, Code.MODERATION, AS_MODEL),
    (400, {"error": "plain words"}, Code.BAD_REQUEST, NO),
    (400, "plain words", Code.BAD_REQUEST, NO),
    (418, {}, Code.BAD_REQUEST, NO),
    (308, {}, Code.UNREADABLE_ANSWER, NO),
]


@pytest.mark.parametrize(("status", "body", "code", "charged"), ROWS)
def test_a_refusal_by_status(server, make_call, status, body, code, charged):
    text = body if isinstance(body, str) else json.dumps(body)
    server.answer(http(text.encode(), status=f"{status} Oops", content_type="application/json"))
    outcome = make_call(images_api, REQUEST)
    assert outcome.verdict == (code, charged)
    assert outcome.error.http_status == status
    assert outcome.error.request_id == "req_1"
    assert outcome.error.is_retryable is (code is Code.RATE_LIMITED)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("body", "code", "charged"),
    [
        (openai("moderation_blocked"), Code.MODERATION, AS_MODEL),
        (openai("rate_limit_exceeded"), Code.RATE_LIMITED, AS_MODEL),
        (openai("insufficient_user_quota"), Code.NO_CREDIT, NO),
        (openai("model_not_found"), Code.MODEL_UNAVAILABLE, NO),
        (openai("invalid_image"), Code.REFERENCE_REFUSED, AS_MODEL),
        (openai("do_request_failed"), Code.SERVER_ERROR, UNKNOWN),
        (openai("weird"), Code.PROVIDER_FAILED, AS_MODEL),
        ({"error": "words"}, Code.PROVIDER_FAILED, AS_MODEL),
        ({"code": 451, "msg": "not downloaded"}, Code.REFERENCE_REFUSED, AS_MODEL),
        ({"code": 500, "msg": "internal"}, Code.PROVIDER_FAILED, AS_MODEL),
        ({"code": 400, "msg": "flagged by our content policy"}, Code.MODERATION, AS_MODEL),
    ],
)
def test_an_error_inside_an_answer_is_never_retried(body, code, charged):
    error = error_in_answer(body, endpoint=ENDPOINT, request_id="req_1")
    assert (error.code, error.charged, error.is_retryable) == (code, charged, False)
    assert (error.http_status, error.request_id) == (200, "req_1")


@pytest.mark.parametrize(
    ("name", "code", "charged", "is_retryable"),
    [
        ("ConnectError", Code.CONNECT_FAILED, NO, True),
        ("ConnectTimeout", Code.CONNECT_FAILED, NO, True),
        ("PoolTimeout", Code.CONNECT_FAILED, NO, True),
        ("UnsupportedProtocol", Code.CONNECT_FAILED, NO, False),
        ("ReadTimeout", Code.SILENT, UNKNOWN, False),
        ("WriteTimeout", Code.CONNECTION_LOST, UNKNOWN, False),
        ("ReadError", Code.CONNECTION_LOST, UNKNOWN, False),
        ("WriteError", Code.CONNECTION_LOST, UNKNOWN, False),
        ("RemoteProtocolError", Code.CONNECTION_LOST, UNKNOWN, False),
        ("DecodingError", Code.UNREADABLE_ANSWER, UNKNOWN, False),
    ],
)
def test_a_failure_of_the_connection(name, code, charged, is_retryable):
    import httpx2
    from openai import APIConnectionError, APITimeoutError

    cause = getattr(httpx2, name)("broken")
    request = httpx2.Request("POST", "https://relay.example/v1")
    for wrapper in (APIConnectionError(request=request), APITimeoutError(request=request)):
        wrapper.__cause__ = cause
        error = error_from(wrapper, endpoint=ENDPOINT)
        assert (error.code, error.charged) == (code, charged)
        assert error.is_retryable is is_retryable
    assert error_from(cause, endpoint=ENDPOINT).charged is charged


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (json.JSONDecodeError("x", "y", 0), Code.UNREADABLE_ANSWER),
        (OSError("gone"), Code.CONNECTION_LOST),
        (TimeoutError(), Code.CONNECTION_LOST),
        (ValueError("a bug"), Code.INTERNAL),
    ],
)
def test_whatever_is_unknown_may_have_cost_money(error, code):
    found = error_from(error, endpoint=ENDPOINT)
    assert (found.code, found.charged, found.is_retryable) == (code, UNKNOWN, False)


def test_a_connection_that_breaks_off_is_unknown(server, make_call):
    server.answer(RESET)
    outcome = make_call(images_api, REQUEST)
    assert outcome.verdict == (Code.CONNECTION_LOST, UNKNOWN)
    assert len(server.received) == 1


def test_a_name_that_does_not_exist_may_be_tried_again(make_call, monkeypatch):
    def look_up(*args, **kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    endpoint = Endpoint(name="relay", base_url="http://relay.invalid/v1", api_key=KEY)
    outcome = make_call(images_api, REQUEST, endpoint=endpoint)
    assert outcome.verdict == (Code.CONNECT_FAILED, NO)
    assert outcome.error.is_retryable


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait(headers, seconds):
    assert retry_after_of(headers) == seconds


def test_how_long_to_wait_until_a_date():
    soon = formatdate(time.time() + 1_000, usegmt=True)
    assert 900 < retry_after_of({"retry-after": soon}) <= 1_000


def test_the_wait_reaches_the_error(server, make_call):
    server.answer(http(b"{}", status="429 Slow", retry_after="7"))
    assert make_call(images_api, REQUEST).error.retry_after == 7


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {KEY}",
        "Incorrect API key provided: sk-proj-abcd1234efgh",
        "Incorrect API key provided: sk-ab********cd12",
        "Incorrect API key provided: sk-…cd12",
        "key(cd12ef) is not authorized",
        "Authorization: Bearer cd12-cd12-cd12",
        '{"api_key": "cd12cd12cd12"}',
        "x" * 1_990 + " sk-cd12cd12cd12cd12cd12",
    ],
)
def test_no_key_is_kept(text):
    cleaned = clean_detail(text, api_key=KEY)
    assert "cd12" not in cleaned
    assert KEY not in cleaned
    assert len(cleaned) <= 2_000


def test_the_words_around_a_key_are_kept():
    assert clean_detail("Invalid token: sk-ab (tid: 1)") == "Invalid token: [redacted] (tid: 1)"


def test_a_detail_can_be_stored_by_any_database():
    assert clean_detail(" a\x00b\ud83d ") == "ab?"


def test_the_key_of_the_endpoint_is_taken_out_whatever_its_form():
    endpoint = Endpoint(name="relay", base_url="https://relay.example/v1", api_key="0a1b2c3d4e")
    error = error_in_answer({"error": "bad 0a1b2c3d4e"}, endpoint=endpoint)
    assert "0a1b2c3d4e" not in error.detail
