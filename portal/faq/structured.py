"""What search engines are told about a page, in the words of schema.org (BreadcrumbList, FAQPage)."""

from collections.abc import Sequence
from typing import Any

from portal.faq.queries import Crumb
from portal.faq.rules import Entry


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
    """The question of the article and its short answer."""
    answer = {"@type": "Answer", "text": entry.summary or entry.title, "url": site + entry.url}
    question = {"@type": "Question", "name": entry.title, "acceptedAnswer": answer}
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": entry.article.language,
        "mainEntity": [question],
    }
