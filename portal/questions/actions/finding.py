"""Send a new link by mail. What comes back is the same whether the question exists or not (SR-04)."""

from datetime import datetime

from sqlalchemy import select

from portal.accounts.rules import Limit
from portal.accounts.tries import count_tries
from portal.customers.models import Customer
from portal.foundation.database import db, transaction
from portal.keys.actions import give_key, take_stamp
from portal.keys.rules import Purpose, new_stamp
from portal.numbers.format import Number
from portal.questions.models import Question
from portal.questions.notices.thread import KEY_LASTS, send_link, send_list_link

_BY_NETWORK = Limit("find-network", 5, 15 * 60)
_BY_ADDRESS = Limit("find-address", 3, 60 * 60)
_FORM = "find"


def mail_link(number: Number, address: str, *, network: str, now: datetime) -> None:
    """Mail a link to one question, if it was asked from that (normalised) address; TooMany when a limit is reached."""
    _count(address, network, now)
    stamp = new_stamp()
    with transaction():
        row = select(Question, Customer).join(Customer, Customer.id == Question.customer_id)
        found = db.session.execute(row.where(Question.number == str(number), Customer.email == address)).first()
        if found:
            send_link(found[0], found[1], now=now, stamp=stamp)
        else:
            _take_as_long(stamp, now)


def mail_list_link(address: str, *, network: str, now: datetime) -> None:
    """Mail a link to all questions of that (normalised) address, if there are any; TooMany when a limit is reached."""
    _count(address, network, now)
    stamp = new_stamp()
    with transaction():
        # Whoever has an account is sent there; else the one guest of that address.
        row = select(Customer).where(Customer.email == address).order_by(Customer.user_id.is_(None)).limit(1)
        customer = db.session.scalar(row)
        if customer is not None:
            send_list_link(customer, now=now, stamp=stamp)
        else:
            _take_as_long(stamp, now)


def _count(address: str, network: str, now: datetime) -> None:
    count_tries(((_BY_NETWORK, network), (_BY_ADDRESS, address)), now=now)


def _take_as_long(stamp: str, now: datetime) -> None:
    """Write as much as a mail would have been: a key that opens nothing, and a stamp that nobody asks for."""
    give_key(Purpose.QUESTION_MAILED, 0, now=now, lasts=KEY_LASTS * 0)
    take_stamp(_FORM, stamp, "", now=now)
