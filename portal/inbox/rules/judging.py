"""What becomes of a mail, from its head alone (specs: SR-42, SR-43)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.inbox.rules.proving import is_proven, is_refuted


class State(StrEnum):
    """Where a mail is."""

    NEW = "new"  # kept and not yet read
    QUESTION = "question"  # it became one
    MESSAGE = "message"  # it was added to a question
    WAITING = "waiting"  # a person decides
    ASIDE = "aside"  # a machine wrote it: nobody answers
    DISCARDED = "discarded"


# Somebody has still to decide: such a mail goes with its sender, and with nobody else.
UNDECIDED = (State.NEW, State.WAITING)


class Reason(StrEnum):
    """Why a mail became neither a question nor a message by itself."""

    # Put aside: answering these is how mail loops begin.
    RETURNED = "returned"  # a report about a mail of ours
    AUTOMATIC = "automatic"
    BULK = "bulk"
    LIST = "list"
    NO_SENDER = "no_sender"
    OURS = "ours"
    # A person decides.
    UNREADABLE = "unreadable"
    LARGE = "large"
    NOT_GIVEN = "not_given"  # the mail server keeps it to itself
    SENDERS = "senders"  # not exactly one sender
    COLLEAGUE = "colleague"  # our own domain
    EMPTY = "empty"
    MANY = "many"
    KEY = "key"  # an answer whose address opens nothing
    STRANGER = "stranger"  # an answer of somebody else than the customer
    UNPROVEN = "unproven"  # an answer that anybody may have written, or a question that somebody else wrote
    CLOSED = "closed"  # an answer after the last day
    LIST_ANSWER = "list_answer"  # an answer with everything that it needs, by way of a mailing list


@dataclass(frozen=True)
class Head:
    """What the head of a mail says; `delivered` is whom the envelope named, `addressed` whom the writer named.

    `senders` are the addresses of every From, `from_lines` how many of them there are, and `is_from_plain` whether
    nobody can read them otherwise. `envelope_sender` is "" for none and None where nobody knows. `results` are the
    Authentication-Results, newest first.
    """

    senders: tuple[str, ...] = ()
    from_lines: int = 1
    is_from_plain: bool = True
    envelope_sender: str | None = None
    auto_submitted: str = ""
    precedence: str = ""
    has_list: bool = False
    is_report: bool = False
    delivered: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()
    results: tuple[str, ...] = ()

    @property
    def sender(self) -> str:
        """The one who wrote it; "" when that is nobody or several."""
        return self.senders[0] if self.from_lines == 1 and len(self.senders) == 1 else ""


@dataclass(frozen=True)
class House:
    """What we know of ourselves: our addresses, where answers go ("" when none are taken), whose word counts."""

    own: frozenset[str]
    answers: str = ""
    authserv_id: str = ""

    @property
    def domains(self) -> frozenset[str]:
        """The domains of our addresses."""
        return frozenset(each.rpartition("@")[2] for each in self.own)


@dataclass(frozen=True)
class Verdict:
    """Where a mail goes; with a `key` it is tried as an answer, and `is_proven` says whether its sender was proven."""

    state: State
    reason: Reason | None = None
    key: str = ""
    is_proven: bool = False


def judge(head: Head, house: House) -> Verdict:
    """What a head says; who writes the text has no say in it. A MESSAGE still needs the key's question and customer.

    With a `reason` a person looks at it even then.
    """
    reason, key = _machine(head, house), key_in(head.delivered, house.answers)
    # Of a From that can be read in two ways the mail server may have checked the other one.
    sure = head.is_from_plain and is_proven(head.results, house.authserv_id, head.sender.rpartition("@")[2])
    if reason:
        is_answer = reason is Reason.LIST and key and sure
        return Verdict(State.MESSAGE, Reason.LIST_ANSWER, key, sure) if is_answer else Verdict(State.ASIDE, reason)
    if not head.sender:
        return Verdict(State.WAITING, Reason.SENDERS)
    if key:
        return Verdict(State.MESSAGE, None, key, sure)
    if _is_for_answers(head, house):
        # What the writer wrote proves nothing: a person looks.
        return Verdict(State.WAITING, Reason.KEY, key_in(head.addressed, house.answers))
    if head.sender.rpartition("@")[2] in house.domains:
        return Verdict(State.WAITING, Reason.COLLEAGUE)
    # The receipt of a forged one would go to somebody who wrote nothing.
    is_forged = is_refuted(head.results, house.authserv_id)
    return Verdict(State.WAITING, Reason.UNPROVEN) if is_forged else Verdict(State.QUESTION)


def key_in(addresses: Iterable[str], answers: str) -> str:
    """The key of `reply+KEY@…` among these addresses, in small letters; "" without one."""
    name, _, domain = answers.rpartition("@")
    if not name:
        return ""
    shape = re.compile(rf"{re.escape(name)}\+([0-9a-f]{{32}})@{re.escape(domain)}", re.IGNORECASE)
    found = (shape.fullmatch(each) for each in addresses)
    return next((each[1].lower() for each in found if each), "")


def _machine(head: Head, house: House) -> Reason | None:
    """Why a machine wrote it, or None."""
    submitted, precedence = head.auto_submitted.partition(";")[0].strip().lower(), head.precedence.strip().lower()
    # The sign of a list comes last: people write over lists, too.
    signs = {
        Reason.RETURNED: head.is_report,
        Reason.AUTOMATIC: submitted not in ("", "no"),
        Reason.BULK: precedence in ("bulk", "junk"),
        Reason.NO_SENDER: _is_nobody(head.envelope_sender),
        Reason.OURS: head.sender in house.own,
        Reason.LIST: head.has_list or precedence == "list",
    }
    return next((reason for reason, is_so in signs.items() if is_so), None)


def _is_nobody(envelope_sender: str | None) -> bool:
    """Whether the envelope had no sender; some mail servers write a name of theirs instead."""
    return envelope_sender is not None and envelope_sender.lower().partition("@")[0] in ("", "mailer-daemon")


def _is_for_answers(head: Head, house: House) -> bool:
    """Whether it went to the address of answers, with a key that is none."""
    name, _, domain = house.answers.rpartition("@")
    return bool(name) and any(
        each.startswith(f"{name}+") and each.endswith(f"@{domain}") for each in (*head.delivered, *head.addressed)
    )
