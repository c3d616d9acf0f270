"""What a person is told about a file that was not taken."""

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.attachments.kinds import allowed_endings
from portal.attachments.rules import MOST_BYTES, MOST_FILES, Reason, Refusal


def refusal(name: str, reason: Reason) -> Refusal:
    """The refusal with its sentence in the language of the request."""
    return Refusal(name, reason, _sentence(name or _("The file"), reason))


def _sentence(name: str, reason: Reason) -> str:
    megabytes = MOST_BYTES // 1024 // 1024
    kinds = ", ".join(allowed_endings())
    sentences = {
        Reason.TYPE: _("%(name)s was not added: we take %(kinds)s.", name=name, kinds=kinds),
        Reason.CONTENT: _(
            "%(name)s was not added: its content is of another kind than its name says. "
            "Please save it again in the right format.",
            name=name,
        ),
        Reason.EMPTY: _("%(name)s was not added: it is empty.", name=name),
        Reason.LARGE: _(
            "%(name)s was not added: it is larger than %(size)s MB. A smaller copy or a part of it will do.",
            name=name,
            size=megabytes,
        ),
        Reason.MANY: ngettext(
            "%(name)s was not added: only one file goes with a message.",
            "%(name)s was not added: at most %(num)s files go with one message. You can send more in your next one.",
            MOST_FILES,
            name=name,
        ),
        Reason.DAMAGED: _(
            "%(name)s was not added: the picture is damaged or incomplete. Please take or save it again.", name=name
        ),
        Reason.PIXELS: _(
            "%(name)s was not added: the picture has too many pixels. Please send a smaller one.", name=name
        ),
        Reason.QUOTA: _(
            "%(name)s was not added: today’s limit for files is reached. Your text can be sent; "
            "files can follow tomorrow.",
            name=name,
        ),
        Reason.ROOM: _(
            "%(name)s was not added: we cannot keep files at the moment. Your text can be sent; "
            "the file can follow later.",
            name=name,
        ),
        Reason.GONE: _("A file you added is no longer held. Please add it again."),
    }
    return sentences[reason]
