"""Images and files beside the articles: looked at once, copied aside under their hash, served from there.

The copy is what readers get. So an address with `?v=<hash>` always brings these bytes, a half-written picture never
goes out, and no request ever opens a path of the content folder.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from portal.faq.library.building.layout import ASSET_TYPES, IMAGE_TYPES, Root, article_path
from portal.faq.library.faults import Fault, FileUnusable
from portal.faq.library.texts.pictures import size_of

MAX_BYTES = 20_000_000
COPIES = "assets"  # the folder of copies, beside the snapshots


@dataclass(frozen=True, slots=True)
class Asset:
    """One image or file; `address` is its place on the site without version, `digest` names the copy."""

    file: str
    address: str
    media_type: str
    size: int
    digest: str
    width: int = 0
    height: int = 0

    @property
    def version(self) -> str:
        """Changes with the bytes."""
        return self.digest[:8]

    @property
    def url(self) -> str:
        """The address with its version: the bytes behind it never change."""
        return f"{self.address}?v={self.version}"

    @property
    def name(self) -> str:
        """The last part of the address, for `Content-Disposition`."""
        return self.address.rpartition("/")[2]

    @property
    def copy_name(self) -> str:
        """The file name of the copy in the folder of copies."""
        return self.digest + PurePosixPath(self.address).suffix


def take_asset(content: Path, file: str, root: Root, copies: Path) -> Asset:
    """Read a file, keep a copy, and say what it is; FileUnusable when it is too large or unreadable."""
    found = _read(content / file, file)
    digest = hashlib.sha256(found).hexdigest()[:32]
    suffix = PurePosixPath(file).suffix.lower()
    width, height = size_of(found, suffix) if suffix in IMAGE_TYPES else (0, 0)
    asset = Asset(file, address_of(file, root), ASSET_TYPES[suffix], len(found), digest, width, height)
    keep_copy(found, copies / asset.copy_name)
    return asset


def address_of(file: str, root: Root) -> str:
    """The address of a file beside the articles of a root."""
    inside = PurePosixPath(file).relative_to(root.folder or ".")
    return f"/{root.language}/{root.kind}/{article_path(str(inside))}{inside.suffix.lower()}"


def keep_copy(content: bytes, target: Path) -> None:
    """Write once, aside first, so that a copy under its final name is always whole."""
    if target.exists() and target.stat().st_size == len(content):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove_unused_copies(copies: Path, used: set[str], *, older_than: float) -> None:
    """Forget copies that no snapshot names any more; young ones stay for readers with an older page."""
    for path in copies.glob("*") if copies.is_dir() else ():
        if path.name not in used and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)


def _read(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as handle:
            found = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileUnusable(Fault(file, 0, f"The file cannot be read ({error.strerror}).", "Check it.")) from error
    if len(found) > MAX_BYTES:
        raise FileUnusable(Fault(file, 0, "The file is larger than 20 MB.", "Make it smaller or link to it."))
    return found
