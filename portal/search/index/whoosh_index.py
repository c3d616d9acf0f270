"""The only module that talks to Whoosh: stems as postings."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import create_in

FIELDS = ("title", "summary", "headings", "keywords", "body")
MEMORY_MB = 64


def write(folder: Path, rows: Iterable[Mapping[str, list[str]]]) -> None:
    """Writes documents with the stems of each field; document numbers are the order of the rows."""
    folder.mkdir()
    writer = create_in(str(folder), _schema()).writer(limitmb=MEMORY_MB)
    for stems in rows:
        writer.add_document(**{name: " ".join(stems[name]) for name in FIELDS})
    writer.commit(merge=False)


class WhooshIndex:
    """A written index, opened for reading."""

    def __init__(self, folder: Path) -> None:
        """Opens the newest segment; Whoosh raises its own errors for an unreadable one."""
        self._reader = FileStorage(str(folder), supports_mmap=False).open_index().reader()

    def lexicon(self, field: str) -> set[str]:
        """The stems of a field."""
        return {text.decode("utf-8") for text in self._reader.lexicon(field)}

    def stems(self) -> list[str]:
        """The stems of all fields, sorted."""
        return sorted(set().union(*(self.lexicon(field) for field in FIELDS)))

    def postings(self, field: str, stem: str) -> Iterator[tuple[int, float]]:
        """Document number and frequency of a stem that the field has."""
        matcher = self._reader.postings(field, stem)
        while matcher.is_active():
            yield matcher.id(), matcher.weight()
            matcher.next()

    def lengths(self, field: str) -> list[int]:
        """Number of words of each document's field, as Whoosh keeps it (rounded for long ones)."""
        return [self._reader.doc_field_length(number, field, 0) or 0 for number in range(self.size())]

    def size(self) -> int:
        """Number of documents."""
        return self._reader.doc_count_all()

    def close(self) -> None:
        """Lets go of the files."""
        self._reader.close()


def _schema() -> Schema:
    analyzer = SpaceSeparatedTokenizer()
    text = {name: TEXT(analyzer=analyzer, phrase=False) for name in FIELDS}
    return Schema(**text)
