"""Expected failures have a name, a sentence for the person and a status."""


class PortalError(Exception):
    """Something went wrong in a way we know; `str(error)` may be shown to the person."""

    status = 400


class SettingError(PortalError):
    """A setting or a company file that stops the start; the sentence says what to write instead."""

    status = 500
