"""States, work, remarks and comparisons of declarations in the words of the desk."""

from flask_babel import gettext as _

from portal.desk.words import spoken
from portal.leaving.rules.declarations import Channel, Kind, State
from portal.leaving.rules.documents import UNCERTAIN
from portal.leaving.rules.matching import Field, Rule, Verdict
from portal.leaving.rules.work import Flag, Work


@spoken
def kind_word(kind: str) -> str:
    """What was declared."""
    return _("Cancellation") if kind == Kind.CANCELLATION else _("Withdrawal")


@spoken
def channel_word(channel: str) -> str:
    """On which way it came."""
    return {
        Channel.WEB: _("by the page"),
        Channel.QUESTION: _("in a question"),
        Channel.MAIL: _("by email"),
        Channel.LETTER: _("by letter"),
        Channel.PHONE: _("by phone"),
        Channel.PERSON: _("in person"),
    }[Channel(channel)]


@spoken
def state_word(state: str) -> str:
    """Where a declaration stands."""
    return {
        State.RECEIVED: _("received"),
        State.MATCHED: _("assigned"),
        State.AMBIGUOUS: _("several contracts fit"),
        State.UNMATCHED: _("no contract found"),
        State.EFFECTIVE_SET: _("end is set"),
        State.ENDED: _("ended"),
        State.CONTESTED: _("contested"),
        State.RETRACTED: _("taken back"),
        State.REJECTED: _("rejected"),
        State.DUPLICATE: _("declared again"),
    }[State(state)]


@spoken
def work_word(work: str) -> str:
    """What somebody has to do."""
    words: dict[str, str] = {
        Work.MATCH: _("find the contract"),
        Work.ASSIGN: _("assign to a contract"),
        Work.ANSWER_BACK: _("we have asked back: look for the answer"),
        Work.FOR_CAUSE: _("look at the cause"),
        Work.GOOD_CAUSE: _("fixed term: is there good cause?"),
        Work.WITHDRAWAL: _("check the withdrawal"),
        Work.ALREADY: _("had ended or was cancelled already"),
        Work.ENDS: _("two cancellations, two ends: which one holds?"),
        Work.OBJECTION: _("decide about the objection"),
        Work.RETRACTION: _("wants to go on: agree or not"),
        Work.LETTER: _("write by letter"),
        Work.DAY: _("which day counts as that of the receipt?"),
    }
    return words.get(work, work)


@spoken
def flag_word(flag: str) -> str:
    """A remark beside a declaration; one that is new here is called by its name."""
    return {
        Flag.AUTHORITY: _("perhaps sent by somebody else for the holder"),
        Flag.SEEMS_WITHDRAWAL: _("reads like a withdrawal"),
        Flag.SEEMS_CANCELLATION: _("reads like a cancellation"),
        Flag.BUTTON_MISSING: _("button was missing (§ 312k (6) BGB)"),
        Flag.ALREADY_ENDED: _("had ended or was cancelled already"),
        Flag.LATER_END: _("names a later end than the cancellation before it"),
        Flag.LATE: _("after the withdrawal period"),
        Flag.PERHAPS_LATE: _("minutes after the withdrawal period"),
        Flag.DAY_BEFORE: _("may have been sent the day before in the person's zone"),
        Flag.DAY_COUNTS: _("the day before counts as that of the receipt"),
        Flag.DAY_JUDGED: _("day of receipt was looked at"),
        Flag.ADDRESS_NEW: _("address on file changed in the last thirty days: by post as well"),
        Flag.UNREACHED: _("the holder could not be told: neither mail nor post"),
        Flag.OVERDUE: _("overdue"),
        Flag.JUDGED: _("cause was looked at"),
        "for_cause": _("for cause"),
        "no_reason": _("without a reason"),
        "reason_missing": _("without a reason"),
        "ends_by_itself": _("ends by itself"),
        "trap": _("filled in what no person sees"),
        "crowd": _("one of very many at one moment"),
        "old_page": _("sent from an older page"),
        UNCERTAIN: _("our clock was wrong when it arrived"),
    }.get(flag, flag)


@spoken
def field_name(field: str) -> str:
    """What is compared."""
    return {
        Field.CONTRACT_NUMBER: _("Contract number"),
        Field.CUSTOMER_NUMBER: _("Customer number"),
        Field.NAME: _("Name"),
        Field.EMAIL: _("E-mail"),
        Field.PRODUCT: _("Product"),
    }[Field(field)]


@spoken
def verdict_word(verdict: str) -> str:
    """How typed and kept compare."""
    return {
        Verdict.SAME: _("agrees"),
        Verdict.NEAR: _("almost"),
        Verdict.DIFFERENT: _("differs"),
        Verdict.NOT_GIVEN: _("not given"),
    }[Verdict(verdict)]


@spoken
def rule_sentence(rule: str) -> str:
    """Why a declaration was assigned, or was not."""
    return {
        Rule.NUMBER_AND_PERSON: _("A number and the name or the address agree with one contract."),
        Rule.ADDRESS_ON_FILE: _("The address is the one on file, and exactly one of its contracts is running."),
        Rule.SEVERAL_FIT: _("Several contracts fit. A person decides."),
        Rule.NOT_ENOUGH: _("Something fits, but not enough to be sure. A person decides."),
        Rule.NOTHING_FITS: _("No contract fits. A person looks for it."),
        Rule.SILENCE: _("It says all contracts, and nobody named one for seven days: all of them are meant."),
        Rule.HOLDER: _("The holder has chosen it, on the page behind our question to the address on file."),
        "by_hand": _("Somebody of our team has assigned it."),
    }.get(rule, "")


@spoken
def step_word(verb: str) -> str:
    """One step of the record; one that is new here is called by its verb."""
    name = verb.partition(".")[2]
    return {
        "received": _("Received"),
        "repeated": _("Declared again"),
        "matched": _("Assigned to a contract"),
        "unmatched": _("No contract found"),
        "ambiguous": _("Several contracts fit"),
        "effective": _("End set"),
        "ended": _("Ended"),
        "contested": _("The holder objected"),
        "objection_decided": _("Decided about the objection"),
        "retraction_wished": _("The holder wants to go on"),
        "retraction_refused": _("Did not agree to go on"),
        "retracted": _("Taken back"),
        "rejected": _("Rejected for lack of authority (§ 174 BGB)"),
        "asked_back": _("Asked back"),
        "confirmed": _("Exact date confirmed to the address on file"),
        "cause_judged": _("Cause looked at"),
        "earlier_end_holds": _("Of two ends the earlier one was chosen"),
        "day_judged": _("Day of receipt looked at"),
        "notice_letter_needed": _("The mail to the holder came back: a letter is to be posted"),
        "letter_as_well": _("The address on file is new: a letter is to be posted as well"),
        "holder_unreached": _("The mail to the holder came back, and no postal address is known"),
        "button_judged": _("Missing button looked at (§ 312k (6) BGB)"),
        "authority_questioned": _("Authority in doubt"),
        "authority_accepted": _("Authority counts: no rejection within three days"),
        "overdue": _("Overdue: nobody has looked at it in a working day"),
        "held": _("Kept beyond its years: a dispute about it runs"),
        "released": _("No longer kept beyond its years"),
        "bundled": _("A mail about it travels in one mail with others: the address was sent three that day"),
        "sent_on_file": _("Confirmation could not be sent; sent to the address on file"),
        "letter_needed": _("No address could be reached: a letter is to be posted"),
        "letter_posted": _("Letter posted"),
        "undeliverable": _("Confirmation undeliverable: no other address and no postal address is known"),
        "corrected": _("Address for the confirmation corrected"),
    }.get(name, verb)


@spoken
def document_word(document: str) -> str:
    """A document on its way."""
    return {
        "d2": _("confirmation of the cancellation"),
        "d2b": _("exact date, to the address on file"),
        "d3": _("notice to the holder"),
        "d4": _("confirmation of the withdrawal"),
        "contested"[:8]: _("objection"),
        "decided": _("decision about the objection"),
        "retracted"[:8]: _("taken back"),
        "kept": _("cancellation stands"),
        "rejected": _("rejection"),
        "question": _("question about the contract"),
    }.get(document, document)
