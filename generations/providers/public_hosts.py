"""Which network addresses a result may be fetched from: public ones, and those alone.

The address of a result is text that an outside model wrote, so that it may name anything inside
our network.
"""

import asyncio
import ipaddress
import re
import socket

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# What `is_global` lets pass, or let pass in earlier versions of Python.
_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carriers' own, and the metadata service of Alibaba
        "168.63.129.16/32",  # the host service of Azure
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",  # IPv4 in IPv6, the dead form
        "::ffff:0:0:0/96",  # IPv4 in IPv6, translated
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",  # Teredo and other special uses
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
# "2130706433", "0x7f.1", "0177.0.0.1": what the system's resolver reads as an IPv4 address
_NUMERIC_END = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$")


def is_public(address: IPAddress) -> bool:
    """Tell whether a network address lies in the open internet, whatever form it is written in."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(mapped)
    if any(address in network for network in _REFUSED_NETWORKS):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def literal_address(host: str) -> IPAddress | None:
    """Read a host that is a network address in its usual form; None where it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_plain_name(host: str) -> bool:
    """Tell whether a host is a name of the plainest form: no numbers in disguise, no zone."""
    return bool(_NAME.fullmatch(host)) and not _NUMERIC_END.search(host)


async def resolve(host: str, port: int) -> list[IPAddress]:
    """Give all network addresses of a host; raises OSError where it has none."""
    literal = literal_address(host)
    if literal:
        return [literal]
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # An address may carry a zone ("fe80::1%eth0"), which only local ones have.
    names = dict.fromkeys(str(info[4][0]).partition("%")[0] for info in found)
    return [ipaddress.ip_address(name) for name in names]
