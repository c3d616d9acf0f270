"""Every kind of mail of the house; a room declares its own as `MAILS` in its notices."""

from portal.notifications.notices import MAILS as NOTIFICATIONS

KINDS = {kind.name: kind for room in (NOTIFICATIONS,) for kind in room}
