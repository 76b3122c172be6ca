"""The table: every fault by name, how it is caused, and what must come of it.

The demo's chat models charge failures, its GPT image models do not.
"""

from tests.factories import IMAGES
from tests.faults.table import on_broker, on_clock, on_database, on_disk, on_web, on_workers
from tests.faults.table.rows import Disruption, Outcome, Row, free, paid, picture, unknown

POSTGRES, SQLITE = "postgresql", "sqlite"


def _chat(name: str, family: str, switches: str, expected: Outcome) -> Row:
    return Row(name, family, expected, switches=switches)


def _images(name: str, family: str, switches: str, expected: Outcome) -> Row:
    return Row(name, family, expected, switches=switches, model=IMAGES)


def _rogue(name: str, place: str, expected: Outcome) -> Row:
    return Row(name, "network", expected, place=place)


def _act(name: str, family: str, act: Disruption, expected: Outcome, *, only_on: str = "") -> Row:
    return Row(name, family, expected, act=act, only_on=only_on)


REFUSALS = [
    _images("the key is wrong", "refusal", "bad-key", free("key_wrong")),
    _chat("the relay's key is wrong", "refusal", "relay-bad-key-zh", free("key_wrong")),
    _images("no permission", "refusal", "key-not-authorised", free("no_permission")),
    _chat("the account is suspended", "refusal", "suspended", free("no_permission")),
    _chat("the balance is spent (403)", "refusal", "no-money", free("no_credit")),
    _images("the balance is spent (402)", "refusal", "payment-required", free("no_credit")),
    _images("the quota is spent (429)", "refusal", "no-quota", free("no_credit")),
    _images("the billing limit (400)", "refusal", "hard-limit", free("no_credit")),
    _images("no such model (404)", "refusal", "model-gone", free("model_unavailable")),
    _chat("no such model (503)", "refusal", "wrong-model-503", free("model_unavailable")),
    _chat("no channel for the model", "refusal", "no-channel", free("model_unavailable")),
    _images("the size is not taken", "refusal", "bad-size", free("bad_request")),
    _images("a parameter is unknown", "refusal", "bad-parameter", free("bad_request")),
    _images("not understood (422)", "refusal", "unprocessable", free("bad_request")),
    _images("the request is too large", "refusal", "too-large", free("request_too_large")),
    _images("the reference is refused", "refusal", "bad-reference", free("reference_refused")),
    _images("moderation before (400)", "refusal", "moderation-blocked", free("moderation")),
    _images(
        "moderation after (400)", "refusal", "moderation-blocked output", free("output_moderation")
    ),
    _chat("sensitive words", "refusal", "sensitive-words", paid("moderation")),
    _images("the output was blocked", "refusal", "output-blocked", free("output_moderation")),
    _images("429 once, Retry-After", "refusal", "rate-limit 1 2", picture(requests=2)),
    _images("429 once, no Retry-After", "refusal", "image-rate-limit 1", picture(requests=2)),
    _chat("503 for a rate limit, once", "refusal", "rate-limit-503 1", picture(requests=2)),
    _images("429 for ever", "refusal", "rate-limit", free("rate_limited", requests=3)),
    _images("500", "refusal", "server-error", unknown("server_error")),
    _chat("502 as a page", "refusal", "bad-gateway", unknown("server_error")),
    _images("503 as a page", "refusal", "unavailable", unknown("server_error")),
    _chat("504 as a page", "refusal", "gateway-timeout", unknown("server_error")),
    _images("524 as a page", "refusal", "cloudflare-timeout", unknown("server_error")),
    _chat("408", "refusal", "request-timeout", unknown("server_error")),
]

ANSWERS = [
    _chat("a page with 200", "answer", "html-200", unknown("unreadable_answer")),
    _images("nothing with 200", "answer", "empty-200", unknown("unreadable_answer")),
    _chat("an error with 200", "answer", "json-error-200", paid("provider_failed")),
    _images("no pictures with 200", "answer", "no-data", free("no_image")),
    _images("base64 that is none", "answer", "broken-base64", paid("broken_picture")),
    _images("a page as base64", "answer", "not-a-picture", paid("not_a_picture")),
    _images("half a picture", "answer", "truncated-picture", paid("not_a_picture")),
    _images("a picture that unfolds", "answer", "bomb-picture", paid("picture_too_large")),
    _images("another format", "answer", "other-format", picture()),
    _images("fewer pictures than asked", "answer", "fewer-pictures", free("no_image")),
    _images("more pictures than asked", "answer", "pictures 3", picture(3)),
    _chat("one broken line of JSON", "answer", "broken-json", picture()),
    _chat("a chunk without choices", "answer", "empty-choices", picture()),
    _chat("no [DONE]", "answer", "no-done", picture()),
    _images("no usage", "answer", "no-usage", picture()),
]

STREAMS = [
    _chat("refused before painting", "stream", "moderation", paid("moderation")),
    _chat("refused after painting", "stream", "output-moderation", paid("output_moderation")),
    _chat("refused in polite words", "stream", "refusal", paid("moderation")),
    _chat("the provider is away", "stream", "outage", paid("provider_down")),
    _chat("words without a picture", "stream", "no-address", paid("no_image")),
    _chat("no words at all", "stream", "no-text", paid("no_image")),
    _chat("the queue ends", "stream", "queue-end", paid("queue_timeout")),
    _chat("cut in the queue", "stream", "queue-cut", unknown("connection_lost")),
    _chat("cut in the middle", "stream", "cut-stream", unknown("connection_lost")),
    _chat("an error in the stream", "stream", "error-in-stream", paid("provider_failed")),
    _chat("silent in the middle", "stream", "stall 40", unknown("silent")),
    _images("silent from the start", "stream", "silent", unknown("silent")),
    _chat("dots for ever", "stream", "drip 0.3", unknown("deadline")),
    _images("blanks for ever", "stream", "drip 0.3", unknown("deadline")),
    _chat("slow", "stream", "slow 5", picture()),
]

NETWORK = [
    _rogue("refused", "refused", free("connect_failed", requests=0)),
    _rogue("no such name (DNS)", "no-such-name", free("connect_failed", requests=0)),
    _rogue("no TLS there", "no-tls", free("connect_failed", requests=0)),
    _rogue("a strange certificate", "strange-certificate", free("connect_failed", requests=0)),
    _rogue("hangs up on the request", "hangs-up", unknown("connection_lost", requests=0)),
    _rogue("another protocol", "garbage", unknown("connection_lost")),
    _images("closed before any byte", "network", "cut-before", unknown("connection_lost")),
    _chat("reset before any byte", "network", "reset", unknown("connection_lost")),
    _chat("reset in the middle", "network", "reset 50", unknown("connection_lost")),
    _rogue("half the headers", "half-headers", unknown("connection_lost")),
    _rogue("reset in the headers", "reset-in-headers", unknown("connection_lost")),
    _rogue("headers without end", "endless-headers", unknown("connection_lost")),
    _rogue("headers byte by byte", "byte-by-byte", unknown("silent")),
    _rogue("hints for ever (103)", "hints-for-ever", unknown("silent")),
    _rogue("a redirect (307)", "redirect", free("unreadable_answer")),
    _rogue("half the body", "half-body", unknown("connection_lost")),
    _rogue("a length that is none", "bad-length", unknown("connection_lost")),
    _rogue("chunks that are none", "bad-chunks", unknown("connection_lost")),
    _rogue("gzip that is none", "bad-gzip", unknown("unreadable_answer")),
    _rogue("gzip that unfolds to 2 GB", "gzip-bomb", unknown("unreadable_answer")),
    _rogue("one line without end", "one-endless-line", unknown("unreadable_answer")),
    _rogue("bytes that are no text", "binary", unknown("unreadable_answer")),
    _rogue("done before it began", "done-at-once", paid("no_image")),
    _rogue("JSON too deep to read", "deep", unknown("unreadable_answer")),
    _rogue("comments for ever", "comments-for-ever", unknown("deadline")),
]

DELIVERIES = [
    _chat("the address is forbidden", "delivery", "picture-403", paid("download_failed")),
    _chat("the address is not found", "delivery", "picture-404", paid("download_failed")),
    _chat("the address has expired", "delivery", "picture-410", paid("download_failed")),
    _chat("not found once, then served", "delivery", "picture-404 1", picture()),
    _chat("fetched too often, once", "delivery", "picture-429 1", picture()),
    _chat("fails once, then serves", "delivery", "picture-500 1", picture()),
    _images("fails twice, then serves", "delivery", "url,picture-500 2", picture()),
    _chat("slow to fetch", "delivery", "picture-slow 5", picture()),
    _chat("breaks off", "delivery", "picture-cut", paid("download_failed")),
    _chat("resets the connection", "delivery", "picture-reset", paid("download_failed")),
    _chat("goes silent", "delivery", "picture-stall", paid("download_failed")),
    _chat("never ends", "delivery", "picture-endless", paid("picture_too_large")),
    _chat("promises 10 GB", "delivery", "picture-declared-huge", paid("picture_too_large")),
    _chat("serves nothing", "delivery", "picture-empty", paid("download_failed")),
    _chat("serves a page", "delivery", "picture-html", paid("not_a_picture")),
    _chat("serves a page, once", "delivery", "picture-html 1", picture()),
    _chat("serves half a picture, once", "delivery", "picture-short 1", picture()),
    _chat("serves an SVG with a script", "delivery", "picture-svg", paid("not_a_picture")),
    _chat("serves half a picture", "delivery", "truncated-picture", paid("not_a_picture")),
    _chat("serves a bomb", "delivery", "bomb-picture", paid("picture_too_large")),
    _chat("serves without a type", "delivery", "picture-untyped", picture()),
    _chat("redirects at home", "delivery", "picture-redirect", picture()),
    _chat("redirects for ever", "delivery", "picture-redirect-loop", paid("download_failed")),
]

HOSTILE = [
    _chat("to the metadata", "address", "picture-redirect-metadata", paid("address_refused")),
    _chat("to a neighbour", "address", "picture-redirect-local", paid("address_refused")),
    _chat("to a file", "address", "picture-redirect-file", paid("address_refused")),
    _chat("is the metadata", "address", "address-metadata", paid("address_refused")),
    _chat("is this machine", "address", "address-localhost", paid("address_refused")),
    _chat(
        "is a name for here", "address", "address https://localhost/a.png", paid("address_refused")
    ),
    _chat("is private", "address", "address https://10.0.0.8/a.png", paid("address_refused")),
    _chat("is one number", "address", "address https://2130706433/a.png", paid("address_refused")),
    _chat("is octal", "address", "address https://0177.0.0.1/a.png", paid("address_refused")),
    _images(
        "is IPv6 for here", "address", "url,address https://[::1]/a.png", paid("address_refused")
    ),
    _images(
        "is IPv4 within IPv6",
        "address",
        "url,address https://[::ffff:169.254.169.254]/a.png",
        paid("address_refused"),
    ),
    _chat("names a user", "address", "address https://a@b.example/a.png", paid("address_refused")),
    _chat("is nowhere (DNS)", "address", "address", paid("download_failed")),
]

BROKER = [
    _act("emptied, again and again", "broker", on_broker.emptied, picture()),
    _act("restarted", "broker", on_broker.restarted, picture()),
    _act("killed", "broker", on_broker.killed, picture()),
    _act("hung", "broker", on_broker.hung, picture()),
    _act("away at submission", "broker", on_broker.away_at_submission, picture()),
    _act("full", "broker", on_broker.full, picture()),
    _act("turned into a replica", "broker", on_broker.turned_replica, picture()),
    _act("connections cut by the broker", "broker", on_broker.connections_cut, picture()),
    _act("lost messages", "broker", on_broker.messages_lost, picture()),
    _act("duplicate messages", "broker", on_broker.messages_twice, picture()),
    _act("messages for nothing", "broker", on_broker.message_for_nothing, picture()),
    _act("broken messages", "broker", on_broker.broken_messages, picture()),
]

DATABASE = [
    _act("restarted in the middle", "database", on_database.restarted, picture(), only_on=POSTGRES),
    _act("crashed", "database", on_database.crashed, picture(), only_on=POSTGRES),
    _act("connections cut", "database", on_database.connections_cut, picture(), only_on=POSTGRES),
    _act(
        "no connection left",
        "database",
        on_database.connections_used_up,
        picture(),
        only_on=POSTGRES,
    ),
    _act("takes no writes", "database", on_database.read_only, picture(), only_on=POSTGRES),
    _act("locked for seconds", "database", on_database.locked_for_seconds, picture()),
    _act("a row locked for seconds", "database", on_database.row_locked, picture()),
    _act("read for long", "database", on_database.read_for_long, picture()),
    _act("there after the worker", "database", on_database.worker_first, picture()),
    _act(
        "no room under it", "database", on_disk.full_under_the_database, picture(), only_on=SQLITE
    ),
]

DISK = [
    _act("full while saving", "disk", on_disk.full_while_saving, picture()),
    _act("full while fetching", "disk", on_disk.full_while_fetching, picture()),
    _act("full, and the worker killed", "disk", on_disk.full_and_killed, picture()),
    _act("read-only", "disk", on_disk.read_only, picture()),
    _act("no large files", "disk", on_disk.no_large_files, picture()),
]

WORKERS = [
    _act("SIGTERM during calls", "worker", on_workers.asked_to_stop, picture()),
    _act("SIGTERM, then SIGKILL", "worker", on_workers.stopped_at_once, unknown("worker_lost")),
    _act("SIGKILL before the send", "worker", on_workers.killed_before_the_send, picture()),
    _act(
        "SIGKILL in the stream", "worker", on_workers.killed_in_the_stream, unknown("worker_lost")
    ),
    _act("SIGKILL while fetching", "worker", on_workers.killed_while_fetching, picture()),
    _act("SIGKILL, five in turn", "worker", on_workers.killed_again_and_again, picture()),
    _act("asleep for longer than lost", "worker", on_workers.asleep, picture()),
    _act("two race for the same work", "worker", on_workers.two_race, picture()),
    _act("canceled in silence", "worker", on_workers.canceled_in_silence, unknown("canceled")),
    _act(
        "canceled in line",
        "worker",
        on_workers.canceled_in_line,
        Outcome("canceled", "canceled", "no", 0, 0),
    ),
    _act(
        "the provider is not set",
        "worker",
        on_workers.no_memory_of_the_key,
        free("provider_not_set", requests=0),
    ),
]

CLOCK = [
    _act("forward during calls", "clock", on_clock.forward_during_calls, picture()),
    _act("back during calls", "clock", on_clock.back_during_calls, picture()),
    _act("back before a retry", "clock", on_clock.back_before_a_retry, picture(requests=2)),
    _act("back before a download", "clock", on_clock.back_before_a_download, picture()),
    _act("forward before a download", "clock", on_clock.forward_before_a_download, picture()),
    _act("back, and no messages", "clock", on_clock.back_and_messages_lost, picture()),
    _act("forth and back", "clock", on_clock.forth_and_back, picture()),
]

WEB = [
    _act("restarted with open streams", "web", on_web.restarted_with_open_streams, picture()),
    _act("killed with open streams", "web", on_web.killed_with_open_streams, picture()),
    _act("killed within a submission", "web", on_web.killed_at_submission, picture()),
    _act("the button pressed five times", "web", on_web.pressed_five_times, picture()),
]

CALLS = [*REFUSALS, *ANSWERS, *STREAMS, *NETWORK, *DELIVERIES, *HOSTILE]
DISRUPTIONS = [*BROKER, *DATABASE, *DISK, *WORKERS, *CLOCK, *WEB]
TABLE = [*CALLS, *DISRUPTIONS]
