"""Every kind of mail of the house; a room declares its own as `MAILS` in its notices."""

from portal.accounts.notices import MAILS as ACCOUNTS
from portal.departure.notices import MAILS as DEPARTURE
from portal.desk.notices import MAILS as DESK
from portal.editing.notices import MAILS as EDITING
from portal.leaving.notices.bundles import MAILS as BUNDLES
from portal.leaving.notices.confirming import MAILS as LEAVING
from portal.leaving.notices.holders import MAILS as HOLDERS
from portal.notifications.notices import MAILS as NOTIFICATIONS
from portal.questions.notices.asking import MAILS as ASKING
from portal.questions.notices.fairness import MAILS as FAIRNESS
from portal.questions.notices.thread import MAILS as THREAD

_ROOMS = (ACCOUNTS, ASKING, BUNDLES, DEPARTURE, DESK, EDITING, FAIRNESS, HOLDERS, LEAVING, NOTIFICATIONS, THREAD)
KINDS = {kind.name: kind for room in _ROOMS for kind in room}
