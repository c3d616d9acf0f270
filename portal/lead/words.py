"""Roles, mails and entries of the audit log in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from portal.accounts.rules import Role
from portal.api.rules import Scope, Standing
from portal.notifications.problems import Means, Own, meaning_of


def role_word(role: str) -> str:
    """What a role is called."""
    words = {
        Role.AGENT.value: _("Agent"),
        Role.LEAD.value: _("Lead"),
        Role.EDITOR.value: _("Editor"),
        Role.ADMIN.value: _("Administrator"),
        Role.CUSTOMER.value: _("Customer"),
    }
    return words.get(role, role)


def role_hint(role: str) -> str:
    """What somebody in it may do."""
    words = {
        Role.AGENT.value: _("answers customers"),
        Role.LEAD.value: _("answers, reads reports, looks after people, tags and mails"),
        Role.EDITOR.value: _("writes help articles"),
        Role.ADMIN.value: _("may do everything"),
    }
    return words.get(role, "")


def scope_word(scope: str) -> str:
    """What a program may do with it."""
    words = {
        Scope.CONTRACTS_READ.value: _("read contracts"),
        Scope.CONTRACTS_WRITE.value: _("add and change contracts"),
        Scope.ORDERS_READ.value: _("read orders"),
        Scope.ORDERS_WRITE.value: _("add and change orders"),
        Scope.INVOICES_READ.value: _("read invoices"),
        Scope.INVOICES_WRITE.value: _("add and change invoices"),
        Scope.CUSTOMERS_READ.value: _("read customers with their contracts, orders and invoices"),
        Scope.QUESTIONS_READ.value: _("read questions, as their customers see them"),
        Scope.QUESTIONS_WRITE.value: _("ask questions for customers"),
    }
    return words.get(scope, scope)


def standing_word(standing: Standing) -> str:
    """Why a token does not count; empty for one that does."""
    return {
        Standing.RUNNING: "",
        Standing.EXPIRED: _("expired"),
        Standing.REVOKED: _("revoked"),
        Standing.OWNER_GONE: _("refused: its account may not do this any more"),
    }[standing]


def audit_word(verb: str) -> str:
    """What happened, in a few words; a verb that is new here is called by its name."""
    words = {
        "access.denied": _("asked for what is for others"),
        "account.asked": _("an account was asked for"),
        "account.closed": _("closed the account"),
        "account.confirmed": _("the address was confirmed"),
        "account.link_asked": _("a link to sign in was asked for"),
        "account.reopened": _("opened the account again"),
        "account.reset_asked": _("a new password was asked for"),
        "address.asked": _("another address was asked for"),
        "address.changed": _("the address was changed"),
        "company.linked": _("the account was linked with the company sign-in"),
        "company.unlinked": _("the link with the company sign-in was removed"),
        "factor.failed": _("a wrong code"),
        "factor.prepared": _("a second factor was prepared"),
        "factor.removed": _("the second factor was removed"),
        "factor.removed_by": _("a colleague removed the second factor"),
        "password.changed": _("the password was changed"),
        "person.erased": _("the data of a person was erased"),
        "person.exported": _("the data of a person was saved as a file"),
        "preview.opened": _("looked at the portal as a customer"),
        "question.erased": _("a question was erased"),
        "report.exported": _("saved a report as a file"),
        "session.begun": _("signed in"),
        "session.ended": _("signed out"),
        "session.ended_others": _("ended all other sign-ins"),
        "session.proved": _("showed once more who it is"),
        "sign_in.failed": _("a sign-in failed"),
        "tag.removed": _("removed a tag everywhere"),
        "tag.renamed": _("renamed a tag"),
        "token.made": _("made a token for a program"),
        "token.refused": _("a program asked for what its token does not open"),
        "token.revoked": _("revoked the token of a program"),
        "token.used": _("a program was here that day"),
        "user.disabled": _("the account was disabled"),
        "user.disabled_by": _("a colleague disabled the account"),
        "user.enabled": _("the account was enabled"),
        "user.enabled_by": _("a colleague enabled the account"),
        "user.invited": _("was invited"),
        "user.let_in": _("a link to sign in was printed by the operator"),
        "user.invited_by": _("a colleague sent the invitation"),
        "user.reset": _("a link for a new password was sent"),
        "user.reset_by": _("a colleague sent a link for a new password"),
        "user.role": _("got another role"),
        "user.role_by": _("a colleague gave another role"),
    }
    return words.get(verb, verb)


def audit_details(details: Mapping[str, Any]) -> str:
    """What else an entry says; a detail that is new here is called by its name, and what says nothing is left out."""
    return ", ".join(said for name, value in details.items() if (said := _detail(name, value)))


def _detail(name: str, value: Any) -> str:
    shown = role_word(str(value)) if name in ("role", "before", "after") else value
    words = {
        "amounts": _("%(value)s records", value=sum(value.values()) if isinstance(value, Mapping) else value),
        "after": _("now: %(value)s", value=shown),
        "at_moment": _("as at %(value)s", value=value),
        "before": _("before: %(value)s", value=shown),
        "cases": _("%(value)s cases", value=value),
        "endpoint": _("page: %(value)s", value=value),
        "first": _("from %(value)s", value=value),
        "how": _way_in(str(value)),
        "is_half": _("the second factor was still missing") if value else "",
        "is_new": _("a new account") if value else "",
        "kept": _("%(value)s kept", value=value) if value else "",
        "kind": "",
        "last": _("to %(value)s", value=value),
        "number": str(value),
        "path": str(value),
        "role": str(shown),
        "scopes": str(value),
        "token": str(value),
        "way": _("by the operator") if value == "operator" else str(value),
        "what": str(value),
        "why": _why_not(str(value)),
    }
    return str(words.get(name, f"{name}: {value}"))


def _why_not(why: str) -> str:
    words = {
        "away": _("it did not answer"),
        "cancelled": _("cancelled there"),
        "closed": _("the account is closed to them"),
        "code": _("its code had been used"),
        "not-proven": _("it did not ask who it is"),
        "taken": _("linked already"),
        "unknown": _("linked with nobody"),
        "wrong": _("its answer was not believed"),
    }
    return str(words.get(why, why))


def _way_in(how: str) -> str:
    words = {
        "code": _("with a code of the second factor"),
        "company": _("with the company sign-in"),
        "link": _("by a mailed link"),
        "password": _("with a password"),
        "recovery": _("with a recovery code"),
        "registered": _("with a new account"),
    }
    return str(words.get(how, how))


def mail_state_word(state: str) -> str:
    """What a state of the outbox is called."""
    return {"failed": _("failed"), "held": _("held back"), "waiting": _("waiting"), "sent": _("sent")}[state]


def outcome_word(outcome: str) -> str:
    """How one try to send a mail ended."""
    words = {
        "failed": _("failed for good"),
        "held": _("held back"),
        "later": _("not taken, tried again later"),
        "returned": _("came back"),
        "sent": _("sent"),
        "unreachable": _("the mail server was not reached"),
    }
    return words.get(outcome, outcome)


def problem_word(problem: str) -> str:
    """Why a mail does not go out, in a sentence: our own reason, or what the words of a mail server mean."""
    own = {
        Own.NOT_ME.value: _("The holder of this address wants no such mails."),
        Own.OFTEN.value: _("This address was written to often enough for now."),
        Own.ENOUGH.value: _("This address was sent as many confirmations as it may get in a day."),
        Own.CROWDED.value: _("Very many new addresses are written to at the moment."),
        Own.RESTORED.value: _("Kept back after a restore: it may have been sent before."),
        Own.EMPTIED.value: _("Its words are gone: the time for which they are kept is over."),
    }
    meant = {
        Means.ADDRESS: _("This address is not known there."),
        Means.FULL: _("The mailbox is full."),
        Means.SPAM: _("The mail was refused as spam."),
        Means.SIZE: _("The mail is too large for this mailbox."),
        Means.SIGN_IN: _("The mail server does not accept our password: MAIL_URL has to be mended."),
        Means.UNREACHED: _("A mail server on the way was not reached."),
        Means.LATER: _("Not taken for the time being."),
        Means.REFUSED: _("The mail was refused."),
        Means.UNMADE: _("The mail could not be written. The log of the worker names it."),
    }
    return own.get(problem) or meant[meaning_of(problem)]


def is_quoted(problem: str) -> bool:
    """Whether these are words of somebody else, which stand beside ours as they came."""
    return problem not in set(Own)


def alarm_word(name: str) -> str:
    """What rings, and what helps."""
    words = {
        "database": _("The database takes nothing at the moment. Look whether it runs and whether its disk is full."),
        "content": _("There is no rendered content. Look into the log of a web process."),
        "index": _("There is no search index. `flask reindex` makes a new one."),
        "schema": _("The database does not belong to this version. `flask setup` brings it up to date."),
        "disk": _("The disk is nearly full. Soon no more files will be taken; texts will."),
        "uploads": _("The place of the files that people send does not answer."),
        "mails": _("Mails wait longer than a quarter of an hour. Look at the page of mails."),
        "mailbox": _("The mailbox could not be read for a quarter of an hour. Look into the log of the worker."),
        "backup": _("There is no backup of the last thirty hours. Look into the log of the worker."),
        "worker": _("The worker does nothing. Look whether `flask work` runs."),
        "integrity": _("The nightly look found faults. `flask check` names them."),
        "sign_ins": _("Somebody tries very many passwords. The audit log shows from where."),
        "errors": _("Many answers were errors of ours. The log names them, each with its request number."),
        "clock": _("The clock of the machine jumped. Nothing is removed by age for an hour."),
        "time": _("Our clock differs by more than a second from another one. `flask clock` says by how much."),
        "slow_sqlite": _(
            "This SQLite has a known fault. The portal goes around it, which is slower; a newer one helps."
        ),
        "risky_sqlite": _(
            "This SQLite has a known fault that can lose data, and ALLOW_OLD_SQLITE_WAL=1 says to risk it."
        ),
        "old_python": _(
            "This Python has a known fault in heads of mails. The portal goes around it; a newer one helps."
        ),
        "no_backups": _("No backup is made by itself. Set BACKUP_FOLDER."),
    }
    return words[name]
