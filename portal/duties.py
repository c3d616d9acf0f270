"""Every recurring duty of the house; a room declares its own as `CHORES` in its chores."""

from portal.accounts.chores import CHORES as ACCOUNTS
from portal.api.chores import CHORES as API
from portal.attachments.chores import CHORES as ATTACHMENTS
from portal.contracts.chores import CHORES as CONTRACTS
from portal.departure.chores import CHORES as DEPARTURE
from portal.desk.chores import CHORES as DESK
from portal.editing.chores import CHORES as EDITING
from portal.faq.chores import CHORES as FAQ
from portal.foundation.chores import Chore
from portal.inbox.chores import CHORES as INBOX
from portal.integrity import CHORES as INTEGRITY
from portal.keys.chores import CHORES as KEYS
from portal.leaving.chores import CHORES as LEAVING
from portal.leaving.following import CHORES as FOLLOWING
from portal.notifications.chores import CHORES as NOTIFICATIONS
from portal.operation.chores import CHORES as OPERATION
from portal.questions.chores import CHORES as QUESTIONS
from portal.reports.chores import CHORES as REPORTS

_ROOMS = (
    *(KEYS, NOTIFICATIONS, ACCOUNTS, ATTACHMENTS, CONTRACTS, QUESTIONS, INBOX, LEAVING, FOLLOWING),
    *(FAQ, DESK, EDITING, REPORTS, DEPARTURE, OPERATION, INTEGRITY, API),
)
CHORES: tuple[Chore, ...] = tuple(chore for room in _ROOMS for chore in room)
