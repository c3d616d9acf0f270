"""One round of the builder: look, carry over what is unchanged, read the rest, put it together."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from portal.faq.library.assets import Asset, address_of, take_asset
from portal.faq.library.building.kept import Kept, KeptFile
from portal.faq.library.building.scan import Listing, Sign, is_text
from portal.faq.library.building.sitemap import Place, Sitemap, sitemap_of
from portal.faq.library.building.workers import MAX_SECONDS, read_all
from portal.faq.library.faults import Fault, FileUnusable
from portal.faq.library.texts.categories import Shelf, read_shelf, shelf_of
from portal.faq.library.texts.reading import Reading, decoded, read_bytes, read_file, read_given
from portal.faq.library.texts.records import Record
from portal.foundation.markdown import VERSION as MARKDOWN_VERSION
from portal.search import SynonymError, parse_synonyms

LINE = re.compile(r"line (\d+): (.*)")
RENDERER = f"3.{MARKDOWN_VERSION}"  # another one: every file is read again


@dataclass(slots=True)
class Round:
    """Makes a new memory out of the one before and a fresh look at the folder."""

    content: Path
    copies: Path
    before: Kept
    listing: Listing
    held: frozenset[str] = frozenset()  # files that are gone and stay all the same
    seconds: float = MAX_SECONDS
    given: Mapping[str, bytes] = field(default_factory=dict)  # texts that take the place of files, to be tried

    def run(self) -> tuple[Kept, list[Fault]]:
        """The new memory and the faults of this round."""
        faults = list(self.listing.faults)
        kept = Kept(self.listing.signature, RENDERER, repr(self.listing.layout))
        kept.assets = self._assets(faults)
        kept.shelves = self._shelves(faults)
        kept.synonyms = self._synonyms(faults)
        sitemap = self._sitemap({file: asset for file, (asset, _) in kept.assets.items()})
        kept.files = self._files(sitemap)
        faults += sitemap.faults + [fault for item in kept.files.values() for fault in item.faults]
        return kept, faults

    def _sitemap(self, assets: Mapping[str, Asset]) -> Sitemap:
        sitemap = sitemap_of(self.listing.layout, self.listing.files, assets)
        for file in self.held & self.before.files.keys():
            sitemap.places.setdefault(file, self.before.files[file].place)
        return sitemap

    def _files(self, sitemap: Sitemap) -> dict[str, KeptFile]:
        files = {file: self.before.files[file] for file in sorted(self.held & self.before.files.keys())}
        to_read = []
        for file, place in sitemap.places.items():
            if file in files:
                continue
            known = self.before.files.get(file)
            if known and self._is_unchanged(known, place, sitemap):
                files[file] = known
            else:
                to_read.append(file)
        for reading in self._readings(to_read, sitemap):
            files[reading.file] = self._kept(reading, sitemap.places[reading.file])
        return files

    def _is_unchanged(self, known: KeptFile, place: Place, sitemap: Sitemap) -> bool:
        """Same bytes, same address, same renderer, and every link and image still leads to the same place."""
        return (
            known.sign == self.listing.files[place.file]
            and known.place == place
            and self.before.renderer == RENDERER
            and self.before.layout == repr(self.listing.layout)
            and _leads_to_the_same(known.record, place.file, sitemap)
        )

    def _readings(self, files: Iterable[str], sitemap: Sitemap) -> Iterable[Reading]:
        signs = self.listing.files

        def read(file: str) -> Reading:
            if file in self.given:
                return read_given(self.given[file], sitemap.places[file], sitemap)
            return read_file(self.content, sitemap.places[file], sitemap, signs[file])

        return read_all(files, read, seconds=self.seconds)

    def _kept(self, reading: Reading, place: Place) -> KeptFile:
        """The reading, or for a file that cannot be taken its last good version with the fault."""
        sign: Sign | None = self.listing.files[place.file]
        if not reading.is_final:
            sign = None
        if reading.record is not None:
            return KeptFile(place, sign, reading.digest, reading.record, reading.faults)
        known = self.before.files.get(place.file)
        record = known.record if known else None
        said = " The last good version stays on the site." if record else " It is left out until then."
        said = "" if place.file in self.given else said
        faults = tuple(replace(fault, remedy=f"{fault.remedy}{said}") for fault in reading.faults)
        return KeptFile(place, sign, reading.digest, record, faults)

    def _assets(self, faults: list[Fault]) -> dict[str, tuple[Asset, Sign]]:
        assets = {file: self.before.assets[file] for file in self.held & self.before.assets.keys()}
        addresses: dict[str, str] = {asset.address: file for file, (asset, _) in assets.items()}
        for file, sign in self.listing.files.items():
            root = self.listing.layout.root_of(file)
            if root is None or is_text(file):
                continue
            owner = addresses.setdefault(address_of(file, root), file)
            if owner != file:
                problem = f"The address of this file belongs to {owner} already."
                faults.append(Fault(file, 0, problem, "Rename one of the two."))
            elif taken := self._asset(file, sign, faults):
                assets[file] = taken
        return assets

    def _asset(self, file: str, sign: Sign, faults: list[Fault]) -> tuple[Asset, Sign] | None:
        known, root = self.before.assets.get(file), self.listing.layout.root_of(file)
        if root is None:
            return None
        is_known = known and known[1] == sign and known[0].address == address_of(file, root)
        if known and is_known and (self.copies / known[0].copy_name).exists():
            return known
        try:
            return take_asset(self.content, file, root, self.copies), sign
        except FileUnusable as error:
            faults.append(error.fault)
            return known

    def _shelves(self, faults: list[Fault]) -> dict[str, Shelf]:
        shelves = {file: self.before.shelves[file] for file in self.held & self.before.shelves.keys()}
        for file in self.listing.files:
            if not file.endswith("_category.toml"):
                continue
            try:
                given = self.given.get(file)
                shelves[file], found = read_shelf(self.content, file) if given is None else shelf_of(given, file)
                faults += found
            except FileUnusable as error:
                faults.append(error.fault)
                shelves.update({file: self.before.shelves[file]} if file in self.before.shelves else {})
        return shelves

    def _synonyms(self, faults: list[Fault]) -> dict[str, str]:
        """The synonym files by language; a broken one keeps its last good words."""
        synonyms = {}
        for language in self.listing.layout.languages:
            file = f"{self.listing.layout.synonyms_folder}/synonyms.{language}.txt".lstrip("/")
            if file not in self.listing.files:
                continue
            try:
                synonyms[language] = read_synonyms(self.content, file, language)
            except FileUnusable as error:
                faults.append(error.fault)
                synonyms.update({language: self.before.synonyms[language]} if language in self.before.synonyms else {})
        return synonyms


def read_synonyms(content: Path, file: str, language: str) -> str:
    """The text of a synonym file that the search package understands; FileUnusable with the line otherwise."""
    text = decoded(read_bytes(content / file, file), file)
    try:
        parse_synonyms(text, language=language)
    except SynonymError as error:
        match = LINE.match(str(error))
        line, problem = (int(match[1]), match[2]) if match else (0, str(error))
        fault = Fault(file, line, f"The synonyms cannot be used: {problem}.", "Correct the line.")
        raise FileUnusable(fault) from error
    return text


def _leads_to_the_same(record: Record | None, file: str, sitemap: Sitemap) -> bool:
    if record is None:
        return True
    for link in record.links:
        is_relative = not link.target.startswith(("#", "/")) and ":" not in link.target.partition("/")[0]
        if is_relative and sitemap.link(file, link.target) != link.url:
            return False
    for image in record.images:
        picture = sitemap.picture(file, image.target)
        if (picture.url if picture else None) != image.url:
            return False
    return True
