"""The company's own sign-in (OpenID Connect) as the operator names it; without an issuer there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.foundation.errors import SettingError

_REST = ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "OIDC_SECOND_FACTOR", "OIDC_REQUIRED")
# Says of every sign-in that the provider asked for a second factor.
ALWAYS = "always"


@dataclass(frozen=True)
class Oidc:
    """A provider of sign-ins: who it is, what it knows the portal by, and what the operator trusts it with."""

    issuer: str
    client_id: str
    client_secret: str
    name: str = ""
    second_factor: tuple[str, ...] = ()
    is_required: bool = False


def read_oidc(read: Mapping[str, Any]) -> Oidc | None:
    """The provider among the settings that were read; SettingError when only some of them are there."""
    if not read["OIDC_ISSUER"]:
        alone = next((name for name in _REST if read[name]), "")
        if alone:
            raise SettingError(
                f"{alone} does nothing without OIDC_ISSUER: write the address of your provider, or leave it empty."
            )
        return None
    if not (read["OIDC_CLIENT_ID"] and read["OIDC_CLIENT_SECRET"]):
        raise SettingError(
            "OIDC_CLIENT_ID and OIDC_CLIENT_SECRET cannot be empty beside OIDC_ISSUER: "
            "write what your provider shows for the portal."
        )
    return Oidc(
        issuer=read["OIDC_ISSUER"],
        client_id=read["OIDC_CLIENT_ID"],
        client_secret=read["OIDC_CLIENT_SECRET"],
        name=read["OIDC_NAME"],
        second_factor=read["OIDC_SECOND_FACTOR"],
        is_required=read["OIDC_REQUIRED"],
    )
