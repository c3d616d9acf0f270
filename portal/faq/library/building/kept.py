"""What the builder remembers from one round to the next: every file with its sign, its last good record, its faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.faq.library.assets import Asset
from portal.faq.library.building.scan import Sign
from portal.faq.library.building.sitemap import Place
from portal.faq.library.faults import Fault
from portal.faq.library.texts.categories import Shelf
from portal.faq.library.texts.records import Record


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One Markdown file: `record` is its last good version, `faults` belong to the version with this `sign`."""

    place: Place
    sign: Sign | None
    digest: str
    record: Record | None
    faults: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Kept:
    """The builder's memory; empty before the first round."""

    signature: str = ""
    renderer: str = ""
    layout: str = ""
    files: dict[str, KeptFile] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=dict)
    assets: dict[str, tuple[Asset, Sign]] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)

    @property
    def articles(self) -> Mapping[str, KeptFile]:
        """The files that are articles readers can see."""
        return {file: kept for file, kept in self.files.items() if kept.record and kept.place.root.kind == "faq"}
