"""Names of mails, and when to try again."""

import secrets


def new_message_id() -> str:
    """The local part of a Message-ID that stays the same over all tries to send the mail."""
    return secrets.token_hex(16)
