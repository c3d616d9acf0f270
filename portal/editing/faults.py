"""What the builder says about a file, in the language of the editor.

`flask check-content` speaks English; here each of its sentences is recognised by its shape and said in the language
of the page. A sentence that is not known is shown as it is.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext

from portal.faq.library.faults import Fault


def _l(sentence: str) -> str:
    """Marks a sentence for the catalogs; it is looked up when it is said."""
    return sentence


_SENTENCES = (
    _l("The link “%(target)s” leads to an address that does not exist."),
    _l("Write it as a relative path to the file."),
    _l("The link “%(target)s” names a heading that does not exist."),
    _l("%(file)s has: %(anchors)s."),
    _l("The link “%(target)s” leads to an article that customers cannot see."),
    _l("Publish it, or remove the link."),
    _l("The alias “%(alias)s” belongs to %(file)s already."),
    _l("Remove it from one of the two."),
    _l("The front matter has no end."),
    _l("Close it with a line of three hyphens."),
    _l("The front matter is not a list of keys."),
    _l("Write one `key: value` a line."),
    _l("The key “%(key)s” is there twice."),
    _l("Keep one of them."),
    _l("The front matter uses anchors (& or *)."),
    _l("Put quotes around it."),
    _l("The front matter is too deep or too long."),
    _l("Make it simpler."),
    _l("The front matter cannot be read: %(reason)s."),
    _l("Put quotes around values with a colon, and check the indentation."),
    _l("Correct the TOML between the + lines."),
    _l("The key “%(key)s” is empty."),
    _l("Write the title, or remove the line: then the first heading is the title."),
    _l("The key “publish_until” names a day before “publish_from”: nobody would ever read it."),
    _l("Correct one of the two."),
    _l("The key “review_every” says nothing without “reviewed_on”."),
    _l("Write the day of the last review."),
    _l("The key “%(key)s” is unknown."),
    _l("Did you mean “%(key)s”?"),
    _l("Remove it, or look it up in docs/content.md."),
    _l("The key “%(key)s” is “%(value)s”."),
    _l("The key “%(key)s” is a list."),
    _l("The key “%(key)s” is not a simple list."),
    _l("Write one line of text."),
    _l("Write it as [first, second]."),
    _l("Write a whole number from %(low)s to %(high)s."),
    _l("Write the date as 2026-12-31."),
    _l("Write for example 90 days, 6 months or 1 year."),
    _l("Write true or false."),
    _l("Write one of %(words)s."),
    _l("The file is larger than 1 MB."),
    _l("Split it into several articles."),
    _l("The file is not UTF-8."),
    _l("Save it as UTF-8."),
    _l("The article has no text."),
    _l("Write its answer."),
    _l("The text cannot be shown: %(reason)s."),
    _l("“related” names %(count)s articles."),
    _l("Keep the %(count)s most useful."),
    _l("“related” names “%(path)s”, which does not exist."),
    _l("Correct the path, relative to this file."),
    _l("The image “%(target)s” is missing or lies on another site."),
    _l("Put the image beside the article."),
    _l("The image “%(target)s” has no text for people who cannot see it."),
    _l("Describe it: %(example)s."),
    _l("The link “%(target)s” leads to an article in another language."),
    _l("Link to the article of the same language, even if it is only translated later."),
    _l("The link “%(target)s” leads nowhere."),
    _l("Correct the path, relative to this file, or remove the link."),
    _l("%(file)s is a translation of “%(path)s” already."),
    _l("Correct “translation_of” in one of them."),
    _l("“translation_of” names “%(path)s”, which does not exist."),
    _l("Write the path below the default language's folder, without .md."),
    _l("The id %(number)s differs from %(other)s in the other language."),
    _l("Use the same id in every translation."),
    _l("The id %(number)s belongs to %(file)s already."),
    _l("Give one of the two another id."),
    _l("The address %(address)s belongs to %(file)s already."),
    _l("Rename one of the two files."),
    _l("The name does not fit into an address; the site uses %(address)s."),
    _l("Use a to z, 0 to 9 and - only."),
    _l("Reading the file takes longer than %(seconds)s seconds."),
    _l("Reading the file takes too much memory."),
    _l("Reading the file ended the reader."),
    _l("Make the text simpler or split it."),
    _l("The file is not TOML: %(reason)s."),
    _l('Write one `key = "value"` a line.'),
    _l("The category has no name."),
    _l('Write name = "…".'),
    _l("The icon “%(icon)s” is unknown."),
    _l("Use one of %(words)s."),
    _l("“translation_of” names the category “%(path)s”, which does not exist."),
    _l("Write the path of the category in the default language."),
    _l("The text could not be tried."),
    _l("Try it again, or make the text simpler."),
)
_KEPT = _l("The last good version stays on the site.")
_LEFT_OUT = _l("It is left out until then.")


@dataclass(frozen=True)
class SaidFault:
    """A fault in words: the line of the file (0 for none), what is wrong, what to do; `file` only for other files."""

    line: int
    problem: str
    remedy: str
    is_error: bool
    file: str = ""


def said_faults(faults: list[Fault], file: str) -> list[SaidFault]:
    """The faults in the language of the page; `file` is the one that is edited."""
    return [
        SaidFault(
            each.line, said(each.problem), said(each.remedy), each.is_error, each.file if each.file != file else ""
        )
        for each in faults
    ]


def said(sentence: str) -> str:
    """One sentence of the builder in the language of the page."""
    for ending in (_KEPT, _LEFT_OUT):
        if sentence.endswith(" " + ending):
            return f"{said(sentence.removesuffix(ending).rstrip())} {gettext(ending)}"
    for original, shape in _shapes():
        if match := shape.fullmatch(sentence):
            return gettext(original, **match.groupdict()) if match.groupdict() else gettext(original)
    return sentence


@lru_cache(maxsize=1)
def _shapes() -> list[tuple[str, re.Pattern[str]]]:
    return [(each, re.compile(_pattern(each), re.DOTALL)) for each in _SENTENCES]


def _pattern(sentence: str) -> str:
    pieces = re.split(r"%\((\w+)\)s", sentence)
    return "".join(f"(?P<{piece}>.*?)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
