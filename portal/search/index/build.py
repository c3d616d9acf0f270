"""Writes an index: documents into Whoosh, then what a query needs at once into tables beside it."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from portal.search.index import whoosh_index
from portal.search.index.analysis import Analysis
from portal.search.index.impacts import impact_tables, weight_tables
from portal.search.index.meanings import meaning_tables, thesaurus_tables
from portal.search.index.publishing import new_version, publish, sole_builder
from portal.search.index.tables import write_tables
from portal.search.index.vocabulary import Vocabulary
from portal.search.language.relatives import relative_tables
from portal.search.language.synonyms import parse_synonyms, spelled_words
from portal.search.model import Document
from portal.search.usage import Usage


def build_index(
    documents: Iterable[Document],
    folder: Path,
    *,
    synonyms: Mapping[str, str],
    fingerprint: str,
    thesaurus: Path | None = None,
) -> None:
    """Builds all languages beside the published index and swaps; raises IndexBusy or SynonymError.

    `thesaurus`: a folder with MyThes files, for words that neither articles nor synonyms know.
    """
    for language, text in synonyms.items():
        parse_synonyms(text, language=language)
    with sole_builder(Path(folder)):
        built = new_version(Path(folder))
        try:
            languages = _write_languages(built, documents, synonyms, thesaurus)
            publish(Path(folder), built, fingerprint=fingerprint, languages=languages)
        except BaseException:
            shutil.rmtree(built, ignore_errors=True)
            raise


def _write_languages(
    built: Path, documents: Iterable[Document], synonyms: Mapping[str, str], thesaurus: Path | None
) -> list[str]:
    by_language: dict[str, list[Document]] = {}
    for document in documents:
        by_language.setdefault(document.language, []).append(document)
    for language, group in by_language.items():
        text = synonyms.get(language, "")
        _write_language(built / language, group, language=language, synonyms=text, thesaurus=thesaurus)
    return sorted(by_language)


def _write_language(
    place: Path, documents: list[Document], *, language: str, synonyms: str, thesaurus: Path | None
) -> None:
    analysis = Analysis(language)
    analysis.add_words(spelled_words(synonyms))
    whoosh_index.write(place, map(analysis.add, documents))
    index = whoosh_index.WhooshIndex(place)
    stems = index.stems()
    tables = {**impact_tables(index, stems), **analysis.tables(stems)}
    tables |= weight_tables(tables, len(documents))
    index.close()
    vocabulary, meanings = Vocabulary(tables, language), parse_synonyms(synonyms, language=language)
    tables |= meaning_tables(meanings, vocabulary, Usage(tables["starts"], len(documents)))
    tables |= thesaurus_tables(thesaurus, vocabulary, meanings) | relative_tables(vocabulary)
    write_tables(place / "tables", tables)
