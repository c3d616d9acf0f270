"""What can go wrong between the provider and us, each with a sentence for the person and a status."""

from flask_babel import gettext as _

from portal.foundation.errors import PortalError


class ProviderFault(PortalError):
    """Nobody could be signed in by the provider; `why` is for log and audit, and names no secret."""

    status = 502
    why = "wrong"

    def __init__(self) -> None:
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """What the person is told: the provider answers what we must not believe, or refuses the portal itself."""
        return _(
            "The company sign-in gave an answer that we must not believe. Nobody was signed in. "
            "Please tell whoever runs this site."
        )


class ProviderWrong(ProviderFault):
    """Foreign keys, a foreign name, a time that does not fit, a portal that is not registered there as it should be."""


class ProviderAway(ProviderFault):
    """It cannot be reached, or does not answer in time."""

    status = 503
    why = "away"

    def sentence(self) -> str:
        """What the person is told."""
        return _("The company sign-in does not answer at the moment. Please try again in a minute.")


class CodeRefused(ProviderFault):
    """It does not know the code any more: it works once, for a short while."""

    status = 400
    why = "code"

    def sentence(self) -> str:
        """What the person is told."""
        return _("This sign-in was used already or took too long. Please begin again.")


class NotBegunHere(ProviderFault):
    """The answer belongs to no visit that began in this browser within ten minutes."""

    status = 400
    why = "state"

    def sentence(self) -> str:
        """What the person is told."""
        return _("This sign-in did not begin in this browser, or took longer than ten minutes. Please begin again.")


class Cancelled(ProviderFault):
    """Somebody turned back, or the provider does not let them in here."""

    status = 403
    why = "cancelled"

    def sentence(self) -> str:
        """What the person is told."""
        return _("The sign-in was cancelled, or the company does not let you in here. Nothing has changed.")


class NotProven(ProviderFault):
    """It let somebody through whom it remembered, where they were to show once more who they are."""

    status = 403
    why = "not-proven"

    def sentence(self) -> str:
        """What the person is told."""
        return _("The company sign-in does not say that you have just shown who you are. Please use another way.")


class Taken(ProviderFault):
    """The identity belongs to an account already."""

    status = 409
    why = "taken"

    def sentence(self) -> str:
        """What the person is told."""
        return _("This company sign-in is linked with an account already. Nothing has changed.")
