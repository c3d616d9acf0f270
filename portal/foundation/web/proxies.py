"""Whether as many proxies stand in front of the portal as PROXY_HOPS says (SR-12).

With too many the portal believes an address that anybody may write; with too few all people come from one address and
share its limits. A single visit cannot prove that the number is right, but mostly shows that it is wrong.
"""

from collections.abc import Sequence
from ipaddress import ip_address


def forwarded(header: str) -> list[str]:
    """The addresses that proxies have named in X-Forwarded-For, the nearest one last."""
    return [each.strip() for each in header.split(",") if each.strip()]


def seem_counted(named: Sequence[str], hops: int, address: str) -> bool:
    """Whether a visit with these addresses, counted as that one, fits so many proxies.

    More than we have may have named one: a visitor's own proxy does. Then what counts must not be an inner address.
    """
    return len(named) == hops or (len(named) > hops and _is_outer(address))


def _is_outer(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False
