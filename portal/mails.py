"""Every kind of mail of the house; a room declares its own as `MAILS` in its notices."""

from portal.accounts.notices import MAILS as ACCOUNTS
from portal.desk.notices import MAILS as DESK
from portal.notifications.notices import MAILS as NOTIFICATIONS
from portal.questions.notices.asking import MAILS as ASKING
from portal.questions.notices.fairness import MAILS as FAIRNESS
from portal.questions.notices.thread import MAILS as THREAD

KINDS = {kind.name: kind for room in (ACCOUNTS, ASKING, DESK, FAIRNESS, NOTIFICATIONS, THREAD) for kind in room}
