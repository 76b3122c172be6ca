"""Guarded downloads: where we go, and who learns the key."""

import ipaddress
import socket

import pytest

from generations.providers import hops
from generations.providers.base import Code, Endpoint
from generations.providers.public_hosts import is_public
from tests.providers.conftest import KEY
from tests.providers.downloads import PNG, fetch, picture, refusal
from tests.providers.raw_server import RawServer, http
from tests.providers.tls_server import TlsServer


@pytest.fixture
def names(monkeypatch):
    """The network addresses of host names; each look-up is noted."""
    found = {"lookups": []}

    def look_up(host, port, *args, **kwargs):
        found["lookups"].append(host)
        addresses = found.get(host)
        if addresses is None:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return found


# Where we go

HOSTILE = [
    "http://pictures.example/1.png",
    "ftp://pictures.example/1.png",
    "file:///etc/passwd",
    "gopher://pictures.example/",
    "//pictures.example/1.png",
    "/1.png",
    "",
    "https://",
    "https:///1.png",
    "https://user@pictures.example/1.png",
    "https://user:pass@pictures.example/1.png",
    "https://relay.example@127.0.0.1/",
    "https://pictures.example\\@127.0.0.1/",
    "https://pictures.example./1.png",
    "https://127.0.0.1./",
    "https://pictures.example/1 .png",
    "https://pictures.example/\n1.png",
    "https://pictures.example\t/1.png",
    "https://pictures%2eexample/",
    "https://[::1%25eth0]/",
    "https://[fe80::1%25eth0]/",
    "https://１２７.0.0.1/",
    "https://127。0。0。1/",
    "https://-pictures.example/",
    "https://pictures..example/",
    "https://pictures.example:99999/",
    "https://pictures.example:0/",
    "https://" + "a" * 9_000,
    # numbers in disguise
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://127.0.1/",
    "https://134744072/",
    "https://0x08080808/",
    "https://8.8.2056/",
    "https://1.2.3.4.5/",
    "https://pictures.0x7f/",
    # addresses that are not public
    "https://0.0.0.0/",
    "https://127.0.0.1/",
    "https://127.255.255.254/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://192.0.0.192/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://192.88.99.1/",
    "https://[::]/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b::8.8.8.8]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a9fe:a9fe::1]/",
    "https://[2001::1]/",
    "https://[2001:db8::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[100::1]/",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_without_a_look_up(url, names):
    assert refusal(url) == (Code.ADDRESS_REFUSED, True)
    assert names["lookups"] == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["93.184.215.14", "127.0.0.1"],
        ["::1"],
        ["fe80::1%eth0"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["2002:a00:1::"],
        ["0.0.0.0"],
    ],
)
def test_a_name_that_leads_inside_is_refused(names, addresses):
    names["pictures.example"] = addresses
    assert refusal("https://pictures.example/1.png") == (Code.ADDRESS_REFUSED, True)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_public(address):
    assert is_public(ipaddress.ip_address(address))


def test_a_name_that_is_not_found_may_be_found_later(names):
    assert refusal("https://pictures.example/1.png") == (Code.DOWNLOAD_FAILED, False)


def test_the_own_origin_may_be_anywhere(server, own):
    server.answer(picture())
    assert fetch(f"{server.origin}/files/1.png?sig=%2B%3D", own) == PNG
    (request,) = server.received
    assert request.path == "/files/1.png?sig=%2B%3D"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "base_url",
    ["https://127.0.0.1:{port}/v1", "http://localhost:{port}/v1", "http://127.0.0.1/v1"],
)
def test_another_scheme_host_or_port_is_not_the_own_origin(server, base_url):
    other = Endpoint(name="relay", base_url=base_url.format(port=server.port), api_key=KEY)
    assert refusal(f"{server.origin}/1.png", other) == (Code.ADDRESS_REFUSED, True)
    assert server.received == []


def test_without_an_endpoint_there_is_no_own_origin(server):
    assert refusal(f"{server.origin}/1.png", None) == (Code.ADDRESS_REFUSED, True)


# Redirects


def test_a_redirect_within_the_own_origin_carries_no_key(server, own):
    server.answer_each(
        http(status="302 Found", location="/two.png"),
        picture(),
    )
    assert fetch(f"{server.origin}/one.png", own) == PNG
    one, two = server.received
    assert "authorization" in one.headers
    assert "authorization" not in two.headers
    assert two.path == "/two.png"


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "//10.0.0.1/1.png",
        "file:///etc/passwd",
        "http://localhost:{other}/1.png",
    ],
)
def test_a_redirect_inside_is_refused(server, own, location):
    other = RawServer()
    other.answer(picture())
    server.answer(http(status="302 Found", location=location.format(other=other.port)))
    assert refusal(f"{server.origin}/1.png", own) == (Code.ADDRESS_REFUSED, True)
    assert len(server.received) == 1
    assert other.received == []
    other.close()


def test_redirects_have_an_end(server, own):
    server.answer(http(status="302 Found", location="/again"))
    assert refusal(f"{server.origin}/1.png", own) == (Code.DOWNLOAD_FAILED, True)
    assert len(server.received) == 6


def test_no_way_back_from_a_foreign_host_into_the_own_origin(own, server):
    foreign = hops.first_hop("https://8.8.8.8/1.png", endpoint=own)
    with pytest.raises(hops.HopRefusedError):
        hops.next_hop(foreign, f"{server.origin}/v1/models")


# The connection is made to the address that was checked


@pytest.fixture
def tls(monkeypatch, names):
    server = TlsServer("pictures.example")
    names["pictures.example"] = ["127.0.0.1"]
    monkeypatch.setattr("generations.providers.tls.context", lambda: server.client_context)
    monkeypatch.setattr(hops, "is_public", lambda address: str(address) == "127.0.0.1")
    yield server
    server.close()


def test_the_address_is_looked_up_once_and_the_certificate_is_the_hosts(tls, names):
    tls.answer(picture())
    assert fetch(f"https://pictures.example:{tls.port}/1.png") == PNG
    assert names["lookups"] == ["pictures.example"]
    assert tls.server_names == ["pictures.example"]
    (request,) = tls.received
    assert request.headers["host"] == f"pictures.example:{tls.port}"
    assert "authorization" not in request.headers


def test_another_hosts_certificate_is_refused(tls, names):
    names["other.example"] = ["127.0.0.1"]
    url = f"https://other.example:{tls.port}/1.png"
    assert refusal(url) == (Code.DOWNLOAD_FAILED, False)
    assert tls.received == []


def test_the_next_address_is_tried_where_one_does_not_answer(tls, names, monkeypatch):
    monkeypatch.setattr(hops, "is_public", lambda address: address.is_loopback)
    names["pictures.example"] = ["127.9.9.9", "127.0.0.1"]
    tls.answer(picture())
    assert fetch(f"https://pictures.example:{tls.port}/1.png") == PNG


def test_each_redirect_is_looked_up_and_checked(tls, names):
    names["inside.example"] = ["10.0.0.1"]
    tls.answer(http(status="307 Moved", location="https://inside.example/1.png"))
    url = f"https://pictures.example:{tls.port}/1.png"
    assert refusal(url) == (Code.ADDRESS_REFUSED, True)
    assert names["lookups"] == ["pictures.example", "inside.example"]
