"""How often one address may do something; counted before the work."""

from ipaddress import IPv6Address, ip_address

from flask import Flask, request
from flask_limiter import Limiter


def caller() -> str:
    """The network address that is counted: all of IPv4, the /64 of IPv6, because one household has that many."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


limiter = Limiter(key_func=caller, strategy="moving-window", headers_enabled=True)


def set_up_limits(app: Flask) -> None:
    """Count in this process; several processes count together once they share a store."""
    app.config.setdefault("RATELIMIT_STORAGE_URI", "memory://")
    limiter.init_app(app)
