"""Who may open which endpoint. A new route without a row stops the start (and fails `tests/house`)."""

from portal.foundation.security import Audience

AUDIENCES = {
    "styleguide.show": Audience.PUBLIC,
    "root.choose_language": Audience.PUBLIC,
    "root.robots": Audience.PUBLIC,
    "root.sitemap": Audience.PUBLIC,
    "root.security_txt": Audience.PUBLIC,
    "root.healthz": Audience.PUBLIC,
    "root.readyz": Audience.PUBLIC,
    "home.index": Audience.PUBLIC,
    "home.page": Audience.PUBLIC,
    "contact.show": Audience.PUBLIC,
    "faq.index": Audience.PUBLIC,
    "faq.show": Audience.PUBLIC,
    "faq.feed": Audience.PUBLIC,
    "faq.search": Audience.PUBLIC,
    "faq.suggestions": Audience.PUBLIC,
    "faq.count_click": Audience.PUBLIC,
    "faq.show_feedback": Audience.PUBLIC,
    "faq.vote": Audience.PUBLIC,
    "faq_short.show_number": Audience.PUBLIC,
}
