"""Roles and entries of the audit log in words."""

from flask_babel import gettext as _

from portal.accounts.rules import Role


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


def audit_word(verb: str) -> str:
    """What happened, in a few words; a verb that is new here is called by its name."""
    words = {
        "access.denied": _("asked for what is for others"),
        "account.asked": _("an account was asked for"),
        "account.confirmed": _("the address was confirmed"),
        "account.link_asked": _("a link to sign in was asked for"),
        "account.reset_asked": _("a new password was asked for"),
        "address.asked": _("another address was asked for"),
        "address.changed": _("the address was changed"),
        "factor.failed": _("a wrong code"),
        "factor.prepared": _("a second factor was prepared"),
        "factor.removed": _("the second factor was removed"),
        "factor.removed_by": _("a colleague removed the second factor"),
        "password.changed": _("the password was changed"),
        "preview.opened": _("looked at the portal as a customer"),
        "report.exported": _("saved a report as a file"),
        "session.begun": _("signed in"),
        "session.ended": _("signed out"),
        "session.ended_others": _("ended all other sign-ins"),
        "session.proved": _("showed once more who it is"),
        "sign_in.failed": _("a sign-in failed"),
        "tag.removed": _("removed a tag everywhere"),
        "tag.renamed": _("renamed a tag"),
        "user.disabled": _("the account was disabled"),
        "user.disabled_by": _("a colleague disabled the account"),
        "user.enabled": _("the account was enabled"),
        "user.enabled_by": _("a colleague enabled the account"),
        "user.invited": _("was invited"),
        "user.invited_by": _("a colleague sent the invitation"),
        "user.reset": _("a link for a new password was sent"),
        "user.reset_by": _("a colleague sent a link for a new password"),
        "user.role": _("got another role"),
        "user.role_by": _("a colleague gave another role"),
    }
    return words.get(verb, verb)


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
