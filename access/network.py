"""From where somebody came, as coarsely as it is kept: enough to see a stranger, too little to follow a colleague."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """The network of an address: three of its four parts (IPv4), or its first 48 bits; empty for anything else."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))
