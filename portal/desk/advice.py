"""What the desk says about an answer that is still being written: better words, and facts that are known already.

Plain values in, plain values out; nothing here stops anybody from sending.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")
_ASKS = re.compile(
    r"\?|\b(?:bitte|nennen|senden|schicken|teilen|mitteilen|angeben|brauchen|benötigen|wie lautet|welche[rsn]?"
    r"|please|send|tell|give|provide|need|what is|which)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w-]{2,}")
# Of a label's words these say nothing about the fact.
_EMPTY = {
    *("wie", "was", "wer", "wann", "seit", "besteht", "die", "der", "das", "den", "dem", "ihre", "ihr", "ihren", "und"),
    *("the", "what", "when", "since", "does", "your", "you", "has", "been", "like", "this", "and", "for", "are"),
}
_MOST = 20


@dataclass(frozen=True)
class Phrase:
    """Words that the company does not want to write, in one language, and what to write instead."""

    words: tuple[str, ...]
    better: str


@dataclass(frozen=True)
class FoundPhrase:
    """A phrase as it stands in the text, and what would be better."""

    written: str
    better: str


@dataclass(frozen=True)
class KnownFact:
    """Something the customer has told already: what it is called, what it is, and the place on the page.

    `names` are all the names under which an answer may ask for it.
    """

    label: str
    value: str
    anchor: str
    names: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Advice:
    """What stands out in an answer; it never keeps anybody from sending."""

    facts: list[KnownFact]
    phrases: list[FoundPhrase]
    text: str

    def __bool__(self) -> bool:
        return bool(self.text)


def found_phrases(text: str, phrases: Iterable[Phrase]) -> list[FoundPhrase]:
    """Each unwanted phrase once, in the order of the text."""
    found: dict[str, tuple[int, FoundPhrase]] = {}
    for phrase in phrases:
        for words in phrase.words:
            pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)"
            for match in re.finditer(pattern, text, re.IGNORECASE):
                found.setdefault(match[0].lower(), (match.start(), FoundPhrase(match[0], phrase.better)))
    return [each for _start, each in sorted(found.values(), key=lambda pair: pair[0])][:_MOST]


def asked_again(text: str, known: Iterable[KnownFact]) -> list[KnownFact]:
    """The facts that the text asks for although they are known."""
    asking = [_stems(sentence) for sentence in _SENTENCE_END.split(text) if _ASKS.search(sentence)]
    return [fact for fact in known if any(_names(fact, words) for words in asking)][:_MOST]


def _names(fact: KnownFact, words: Sequence[str]) -> bool:
    """Whether one of the fact's names stands among the words: more than half of what the name says."""
    for name in fact.names or (fact.label,):
        wanted = [each for each in _stems(name) if each not in _EMPTY]
        met = sum(any(word.startswith(each) for word in words) for each in wanted)
        if wanted and met > len(wanted) / 2:
            return True
    return False


def _stems(text: str) -> list[str]:
    """The words in small letters, long ones without the ends that change (Kundennummer, Kundennummern)."""
    return [word[: max(4, len(word) - 2)] if len(word) > 5 else word for word in map(str.lower, _WORD.findall(text))]
