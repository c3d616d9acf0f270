"""Tables of leaving: what was said, where it stands, what was sent, and the record that only grows."""

from portal.leaving.models.declarations import Declaration, FormPage
from portal.leaving.models.feedback import LeavingCount, LeavingFeedback
from portal.leaving.models.hooks import HookMessage
from portal.leaving.models.records import RecordEntry, RecordHead
from portal.leaving.models.standings import Delivery, Objection, Retraction, Standing
