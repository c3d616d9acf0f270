"""What is remembered of the documents while they are indexed: words, titles, passages."""

import re
from array import array
from collections import Counter

from portal.search.index.passages import passages
from portal.search.index.sheets import packed_sheet
from portal.search.index.shown import on_one_line
from portal.search.index.tables import Apart, texts
from portal.search.index.vocabulary import vocabulary_tables
from portal.search.language.grams import GRAM_NUMBERS, gram_number
from portal.search.language.stemming import stem
from portal.search.language.stopwords import is_stop_word
from portal.search.language.text import WORD, fold, grams, joined, phrase_number, words
from portal.search.language.verbs import separated
from portal.search.model import Document

SENTENCE_END = re.compile(r"[.:?!–]+(?=\s|$)")
# What an article in another language has instead of its little words: the German “die” has nothing to do with dying.
LITTLE = "·"


class Analysis:
    """Stems documents one by one and then gives the tables of words, titles and passages."""

    def __init__(self, language: str) -> None:
        self._language = language
        # Another language in which the article at hand is written.
        self._foreign = ""
        self._folded: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        self._spellings: Counter[str] = Counter()
        self._titles: list[list[str]] = []
        self._grams: list[set[int]] = []
        # Of each sentence of each article: its words in their order, and what else is found by it.
        self._passages: list[list[tuple[list[str], list[str]]]] = []
        self._texts: list[bytes] = []
        self._places: list[list[int]] = []
        self._heads: list[str] = []
        self._keys: list[str] = []
        self._categories: list[str] = []
        # Which articles have which phrase as a keyword, or as a sentence of their title.
        self._named: set[tuple[int, int]] = set()

    def add(self, document: Document) -> dict[str, list[str]]:
        """The stems of each field; remembers the document's words, title and passages."""
        self._foreign = document.written_in if document.written_in != self._language else ""
        text = "\n".join(part for part in (document.summary, document.body) if part)
        split = list(passages(text))
        self._passages.append([(self._in_order(piece), self._beside(piece)) for _, piece in split])
        shown, places = on_one_line(text, [start for start, _ in split])
        self._texts.append(shown)
        self._places.append(places)
        self._heads.append(document.title)
        title = self._stemmed(document.title)
        self._titles.append(title)
        self._grams.append(self._gram_numbers(document.title + " " + " ".join(document.keywords)))
        number = len(self._keys)
        named = [words(phrase, self._language) for phrase in (*document.keywords, *SENTENCE_END.split(document.title))]
        self._named.update((phrase_number(phrase), number) for phrase in named if phrase)
        self._keys.append(document.key)
        self._categories.append(document.category.replace("\n", " "))
        fields = {"title": title, "summary": self._stemmed(document.summary)}
        fields["headings"] = self._stemmed(document.headings)
        fields["keywords"] = self._stemmed(" ".join(document.keywords))
        fields["body"] = self._stemmed(document.body)
        return fields

    def add_words(self, text: str) -> None:
        """Words that stand in no article but may be typed or corrected to: those of the synonym file."""
        for word in WORD.findall(text):
            self._stem(self._known(word))

    def tables(self, stems: list[str]) -> dict:
        """The tables for these sorted stems."""
        numbers = {word: number for number, word in enumerate(stems)}
        keys, key_starts = texts(self._keys)
        order = array("I", sorted(range(len(self._keys)), key=self._keys.__getitem__))
        found = {"keys": keys, "key_starts": key_starts, "key_order": order, "categories": self._categories}
        named = sorted(self._named)
        found["named"] = array("Q", [number for number, _ in named])
        found["named_documents"] = array("I", [document for _, document in named])
        return found | self._word_tables(numbers) | self._title_tables(numbers) | self._sheet_tables(numbers)

    def _stemmed(self, text: str) -> list[str]:
        return self._in_order(text) + self._beside(text)

    def _in_order(self, text: str) -> list[str]:
        """The stem of each word, so that what is shown can be marked by its place."""
        return [self._remembered(word) for word in WORD.findall(text)]

    def _beside(self, text: str) -> list[str]:
        """What hyphenated words and verbs in two pieces make together."""
        found = [self._stem(word) for word in joined(text, self._language)]
        if self._language == "de":
            found += [self._stem(word) for _, word in separated(text)]
        return [word for word in found if word]

    def _remembered(self, word: str) -> str:
        folded = self._known(word)
        self._spellings[word] += 1
        if self._foreign and is_stop_word(fold(word, self._foreign), self._foreign):
            return LITTLE
        return self._stem(folded)

    def _known(self, word: str) -> str:
        """The folded word; its spelling counts for nothing yet."""
        folded = self._folded.get(word)
        if folded is None:
            folded = self._folded[word] = fold(word, self._language)
            self._spellings[word] = 0
        return folded

    def _stem(self, folded: str) -> str:
        known = self._stems.get(folded)
        if known is None:
            known = self._stems[folded] = stem(folded, self._language) if folded else ""
        return known

    def _gram_numbers(self, text: str) -> set[int]:
        return {
            gram_number(gram)
            for word in WORD.findall(text)
            for gram in grams(self._folded.get(word) or fold(word, self._language))
        }

    def _word_tables(self, numbers: dict[str, int]) -> dict:
        best: dict[str, tuple[int, str]] = {}
        for spelling, count in self._spellings.items():
            folded = self._folded[spelling]
            best[folded] = max(best.get(folded, (0, "")), (count, spelling))
        surfaces = sorted(word for word in self._stems if word)
        displays, display_starts = texts([best.get(word, (0, word))[1] for word in surfaces])
        stems = [numbers.get(self._stems[word]) for word in surfaces]
        return vocabulary_tables(sorted(numbers), surfaces, stems) | {
            "displays": Apart(displays),
            "display_starts": display_starts,
        }

    def _title_tables(self, numbers: dict[str, int]) -> dict:
        title_stems, title_starts = _rows([[numbers[word] for word in title] for title in self._titles], "I")
        title_grams, gram_starts = _rows([sorted(found) for found in self._grams], "H")
        return {
            "title_stems": title_stems,
            "title_starts": title_starts,
            "title_grams": title_grams,
            "title_gram_starts": gram_starts,
        } | self._gram_tables()

    def _gram_tables(self) -> dict:
        """For each letter group the articles whose title has it: the way back from title_grams."""
        having: dict[int, list[int]] = {}
        for document, found in enumerate(self._grams):
            for gram in found:
                having.setdefault(gram, []).append(document)
        documents, starts = _rows([having.get(gram, ()) for gram in range(GRAM_NUMBERS)], "I")
        return {"gram_documents": Apart(documents.tobytes()), "gram_starts": Apart(starts.tobytes())}

    def _sheet_tables(self, numbers: dict[str, int]) -> dict:
        sheets, starts = bytearray(), array("I", [0])
        for title, text, places, sentences in zip(self._heads, self._texts, self._places, self._passages, strict=True):
            numbered = [
                ([numbers[word] for word in words], [numbers[word] for word in beside]) for words, beside in sentences
            ]
            sheets += packed_sheet(title, text, places, numbered)
            starts.append(len(sheets))
        return {"sheets": Apart(sheets), "sheet_starts": starts}


def _rows(rows: list, kind: str) -> tuple[array, array]:
    numbers, starts = array(kind), array("I", [0])
    for row in rows:
        numbers.extend(row)
        starts.append(len(numbers))
    return numbers, starts
