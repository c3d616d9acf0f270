"""Findings that need more than one file: anchors, links to what customers cannot see, aliases that collide."""

from collections.abc import Iterable, Iterator, Mapping

from portal.faq.library.building.kept import KeptFile
from portal.faq.library.faults import Fault
from portal.faq.library.texts.records import Link
from portal.foundation.markdown import anchor_for

FOOTNOTE = ("fn:", "fnref")


def faults_between(files: Mapping[str, KeptFile]) -> list[Fault]:
    """Every dead anchor, link to an unpublished article, and alias that is taken."""
    good = {kept.place.url: kept for kept in files.values() if kept.record}
    # Where a file cannot be read its own fault says so; what leads there is right.
    unread = {kept.place.url for kept in files.values() if not kept.record}
    found = list(_alias_faults(good))
    for kept in good.values():
        for link in kept.record.links if kept.record else ():
            if (link.url or "").partition("#")[0] not in unread:
                found.extend(_link_faults(kept, link, good))
    return found


def _link_faults(kept: KeptFile, link: Link, good: Mapping[str, KeptFile]) -> Iterator[Fault]:
    url, _, anchor = (link.url or "").partition("#")
    target = kept if link.target.startswith("#") else good.get(url)
    if target is None:
        if _should_exist(url, kept):
            problem = f"The link “{link.target[:100]}” leads to an address that does not exist."
            yield Fault(kept.place.file, link.line, problem, "Write it as a relative path to the file.")
        return
    if anchor and not _has_anchor(target, anchor):
        problem = f"The link “{link.target[:100]}” names a heading that does not exist."
        yield Fault(kept.place.file, link.line, problem, f"{target.place.file} has: {_anchors_of(target)}.")
    if target.record and target.record.status != "published" and kept.record and kept.record.status == "published":
        problem = f"The link “{link.target[:100]}” leads to an article that customers cannot see."
        yield Fault(kept.place.file, link.line, problem, "Publish it, or remove the link.")


def _should_exist(url: str, kept: KeptFile) -> bool:
    """Whether an address written by hand is one of an article; categories and files are not judged."""
    return url.startswith(f"/{kept.place.root.language}/faq/") and not url.endswith("/") and "?" not in url


def _has_anchor(target: KeptFile, anchor: str) -> bool:
    """Whether a page has a place of that name; the title's own is the top of the page."""
    if target.record is None:
        return False
    anchors = {heading[2] for heading in target.record.headings} | {anchor_for(target.record.title)}
    return anchor in anchors or anchor.startswith(FOOTNOTE)


def _anchors_of(target: KeptFile) -> str:
    anchors = [heading[2] for heading in target.record.headings] if target.record else []
    return ", ".join(f"#{anchor}" for anchor in anchors[:8]) or "no headings"


def _alias_faults(good: Mapping[str, KeptFile]) -> Iterable[Fault]:
    owners: dict[str, str] = {}
    for _, kept in sorted(good.items()):
        for alias in kept.record.aliases if kept.record else ():
            address = f"/{kept.place.root.language}/faq/{alias}"
            owner = good[address].place.file if address in good else owners.get(address)
            if owner and owner != kept.place.file:
                problem = f"The alias “{alias[:100]}” belongs to {owner} already."
                line = kept.record.lines.get("aliases", 0) if kept.record else 0
                yield Fault(kept.place.file, line, problem, "Remove it from one of the two.")
            owners.setdefault(address, kept.place.file)
