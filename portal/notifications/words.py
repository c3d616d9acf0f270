"""Kinds of mails, in the words of whoever reads a list of them."""

from flask_babel import gettext as _


def mail_word(kind: str) -> str:
    """What a mail is about; one of a kind that is new here is called by its kind."""
    words = {
        "account_address": _("Account: the address was changed"),
        "account_change": _("Account: a new address to confirm"),
        "account_company": _("Account: company sign-in"),
        "account_confirm": _("Account: an address to confirm"),
        "account_exists": _("Account: there is one already"),
        "account_factor": _("Account: second factor"),
        "account_invited": _("Account: invitation to the desk"),
        "account_password": _("Account: the password was changed"),
        "account_reset": _("Account: link for a new password"),
        "account_sign_in": _("Account: link to sign in"),
        "account_unknown": _("Account: there is none"),
        "article_written": _("Question: a help article came from it"),
        "departure_closed": _("Account: closed"),
        "departure_erased": _("Account: the data was deleted"),
        "departure_reopened": _("Account: open again"),
        "leaving_cancellation": _("Cancellation: confirmation of receipt"),
        "leaving_confirmations": _("Declarations: further confirmations of receipt"),
        "leaving_contested": _("Declaration: an objection has arrived"),
        "leaving_date": _("Declaration: assigned to the contract"),
        "leaving_dates": _("Declarations: further ones about contracts"),
        "leaving_decided": _("Declaration: the objection is decided"),
        "leaving_kept": _("Cancellation: it stands"),
        "leaving_notice": _("Declaration: told to whoever holds the contract"),
        "leaving_question": _("Declaration: which contract is meant"),
        "leaving_rejected": _("Declaration: rejected"),
        "leaving_retracted": _("Cancellation: taken back"),
        "leaving_withdrawal": _("Withdrawal: confirmation of receipt"),
        "notification_test": _("Test mail"),
        "question_answered": _("Question: answered"),
        "question_closed": _("Question: closed"),
        "question_fairness": _("Question: what would be fair"),
        "question_fairness_answered": _("Question: our answer to what would be fair"),
        "question_handed_over": _("Question: somebody else takes over"),
        "question_link": _("Question: a new link"),
        "question_list": _("Question: link to all questions"),
        "question_merged": _("Question: two are one now"),
        "question_missed": _("Question: the promise was missed"),
        "question_moved": _("Question: a new date"),
        "question_rating": _("Question: how was our help"),
        "question_received": _("Question: it has arrived"),
        "question_reminder": _("Question: reminder that it is the customer's turn"),
        "question_solved": _("Question: solved"),
        "question_waiting": _("Question: it is the customer's turn"),
    }
    return words.get(kind, kind)
