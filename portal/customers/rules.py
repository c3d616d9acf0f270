"""Where something that is known of a customer is from."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Who said it, or through which door it came."""

    CUSTOMER = "customer"
    DESK = "desk"
    IMPORT = "import"
    API = "api"
    DEMO = "demo"


@dataclass(frozen=True)
class Origin:
    """The source, who of ours it was, and the name of the file."""

    source: Source
    by: str = ""
    file: str = ""
