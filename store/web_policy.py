"""What a fetch may do: how much, how long, how often, and whom it may call.

A file somebody publishes must not make this machine ask its own neighbours: an address is judged after its name is
resolved and after each redirect, and the connection is made to the very address that was judged.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from maille.ontology.errors import SourceError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]
"""Gives the addresses of a host name and port; raises OSError."""

_MIB: Final = 1024 * 1024
_WRAPPING: Final = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")))
"""NAT64, the translated form of SIIT and the deprecated compatible form: the last 32 bits are an IPv4 address."""
_NOT_PUBLIC: Final = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10", "192.0.0.0/24")))
"""Networks that the library of some versions takes for public: local NAT64, site-local, protocol assignments."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may take.

    Attributes:
        size: bytes of the file, on the wire and decoded.
        connect: seconds to connect.
        read: seconds without a byte.
        whole: seconds in all, with retries and pauses.
        tries: requests made before the source counts as gone.
        redirects: redirects followed by one request.
        longest_pause: seconds waited before a retry, whatever the server asks for.
    """

    size: int = 4096 * _MIB
    connect: float = 15.0
    read: float = 60.0
    whole: float = 3600.0
    tries: int = 5
    redirects: int = 5
    longest_pause: float = 120.0


class Refused(SourceError):
    """What we do not ask, or do not take, whoever offers it; trying again changes nothing."""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host by the system's resolver, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom a fetch may call.

    Attributes:
        private_hosts: hosts, or hosts with ports (`localhost:8080`), that may be called although their addresses are
            private, in lower case.
        resolve: a seam.
        advice: what names such hosts, told where one is refused.
    """

    private_hosts: frozenset[str] = frozenset()
    resolve: Resolve = resolve
    advice: str = "MAILLE_FETCH_PRIVATE_HOSTS names hosts that may be called all the same"

    def target(self, url: str, former: SplitResult | None = None) -> SplitResult:
        """Return the parts of an address that may be asked, after `former` where it is a redirect; raises Refused."""
        try:
            parts = urlsplit(urljoin(former.geturl(), url) if former else url)
            known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError as error:
            raise Refused(f"{url!r} is no web address: {error}") from None
        if not known:
            raise Refused(f"{url!r} is not fetched: only http and https addresses are")
        if parts.username or parts.password:
            raise Refused(f"the address at {parts.hostname} holds a user name or password: it is not sent")
        if former is not None and former.scheme == "https" and parts.scheme == "http":
            raise Refused(f"{former.geturl()} redirects from https to http ({url}): declare that address itself")
        return parts

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host that may be called; raises Refused, or OSError where it has none."""
        found = self.resolve(host, port)
        excepted = not self.private_hosts.isdisjoint({host.lower(), f"{host.lower()}:{port}"})
        allowed = [one for one in found if excepted or is_public(one)]
        if not allowed:
            raise Refused(
                f"{host} is at {', '.join(found) or 'no address'}, which is no public address: "
                "MAILLE_FETCH_PRIVATE_HOSTS names hosts that may be called all the same"
            )
        return allowed


def is_public(text: str) -> bool:
    """Return whether an address is one of the public internet, whatever it is wrapped in."""
    try:
        address = _unwrapped(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and not any(address in network for network in _NOT_PUBLIC)


def _unwrapped(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if any(address in network for network in _WRAPPING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    return inside or address
