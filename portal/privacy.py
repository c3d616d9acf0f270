"""Whose data lies where: every room's declaration, and the tables that hold nobody's (docs/leaving.md)."""

from portal.accounts.privacy import HOLDINGS as ACCOUNTS
from portal.api.privacy import HOLDINGS as API
from portal.attachments.privacy import HOLDINGS as ATTACHMENTS
from portal.contracts.privacy import HOLDINGS as CONTRACTS
from portal.customers.privacy import HOLDINGS as CUSTOMERS
from portal.departure.privacy import HOLDINGS as DEPARTURE
from portal.desk.privacy import HOLDINGS as DESK
from portal.editing.privacy import HOLDINGS as EDITING
from portal.foundation.personal_data import Holding
from portal.inbox.privacy import HOLDINGS as INBOX
from portal.incidents.privacy import HOLDINGS as INCIDENTS
from portal.journal.privacy import HOLDINGS as JOURNAL
from portal.keys.privacy import HOLDINGS as KEYS
from portal.leaving.privacy import HOLDINGS as LEAVING
from portal.notifications.privacy import HOLDINGS as NOTIFICATIONS
from portal.orders.privacy import HOLDINGS as ORDERS
from portal.questions.privacy import HOLDINGS as QUESTIONS

# Upper floors first: what points to something goes before it.
HOLDINGS: tuple[Holding, ...] = (
    *API,
    *DEPARTURE,
    *EDITING,
    *DESK,
    *INBOX,
    *INCIDENTS,
    *LEAVING,
    *QUESTIONS,
    *ORDERS,
    *CONTRACTS,
    *ATTACHMENTS,
    *NOTIFICATIONS,
    *KEYS,
    *JOURNAL,
    *CUSTOMERS,
    *ACCOUNTS,
)

# Tables in which no row belongs to a person, with the reason.
IMPERSONAL = {
    "article_feedback": "votes carry the hash of a random mark of a browser, which no other table knows",
    "search_counts": "sums by day; addresses and long numbers are taken out before",
    "article_counts": "sums by day",
    "answer_offers": "sums by day",
    "step_counts": "sums by day",
    "settled_gaps": "stems of words that were searched, and which editor settled them",
    "chore_runs": "when duties were done",
    "report_days": "sums by day, topic and level",
    "report_people": "how many answers a member of staff wrote on a day; goes with their account",
    "report_counts": "which days were counted",
    "number_counters": "the last number of each year",
    "leaving_form_pages": "pages as they were shown, without anything typed",
    "leaving_counts": "sums by day",
    "leaving_feedback": "unlinked by design: no person, no contract, only the day; removed after twelve months",
}
