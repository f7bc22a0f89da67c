"""Which network addresses a webhook may reach: public ones, and nothing that leads back inside by a detour."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# What the library calls global or not has changed between its versions; this list does not.
_REFUSED_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by customers of a carrier
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and where clouds answer with secrets
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # assignments of the protocol
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")  # all else is not in use, or not for the outside
_REFUSED_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocols: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which wraps an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(text: str) -> bool:
    """Whether an address, as a resolver answers it, is one of the public internet. Anything else is not."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False  # no address, or one of a single interface (`fe80::1%eth0`)
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _REFUSED_4)
    if address.scope_id is not None or address not in _UNICAST_6:
        return False
    # An interface part of ISATAP wraps an IPv4 address.
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return False
    return not any(address in network for network in _REFUSED_6)
