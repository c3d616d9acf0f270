"""What search engines are told about a page, in the words of schema.org (BreadcrumbList, FAQPage)."""

from collections.abc import Sequence
from typing import Any

from portal.faq.queries import Crumb
from portal.faq.rules import Article, Entry
from portal.foundation.markdown import plain_text

# Search engines show no more of an answer, and every reader loads it with the page.
_LONGEST_ANSWER = 1500


def crumbs_markup(crumbs: Sequence[Crumb], site: str) -> list[dict[str, Any]]:
    """The way to this page, if it has one."""
    if not crumbs:
        return []
    items = [
        {"@type": "ListItem", "position": place, "name": crumb.title, "item": site + crumb.url}
        for place, crumb in enumerate(crumbs, 1)
    ]
    return [{"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}]


def article_markup(entry: Entry, site: str) -> dict[str, Any]:
    """The question of the article and its answer, in the words that stand on the page."""
    answer = {
        "@type": "Answer",
        "text": _opening(entry.article) or entry.summary or entry.title,
        "url": site + entry.url,
    }
    question = {"@type": "Question", "name": entry.title, "acceptedAnswer": answer}
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": entry.article.language,
        "mainEntity": [question],
    }


def _opening(article: Article) -> str:
    """What stands above the first heading, where the answer is; of a long one whole paragraphs."""
    kept: list[str] = []
    length = 0
    for line in plain_text(article.body.partition("<h2")[0]).splitlines():
        length += len(line) + 1
        if kept and length > _LONGEST_ANSWER:
            break
        kept.append(line)
    return "\n".join(kept)[:_LONGEST_ANSWER]
