"""Every table of the house, so that migrations see all of them also where no page needs them."""

from portal.accounts import models as accounts
from portal.api import models as api
from portal.attachments import models as attachments
from portal.contracts import models as contracts
from portal.customers import models as customers
from portal.departure import models as departure
from portal.desk import models as desk
from portal.editing import models as editing
from portal.faq import models as faq
from portal.foundation import chores
from portal.inbox import models as inbox
from portal.incidents import models as incidents
from portal.journal import models as journal
from portal.keys import models as keys
from portal.leaving import models as leaving
from portal.notifications import models as notifications
from portal.numbers import models as numbers
from portal.orders import models as orders
from portal.questions import models as questions
from portal.reports import models as reports

ROOMS = (
    accounts,
    api,
    attachments,
    chores,
    contracts,
    customers,
    departure,
    desk,
    editing,
    faq,
    inbox,
    incidents,
    journal,
    keys,
    leaving,
    notifications,
    numbers,
    orders,
    questions,
    reports,
)
