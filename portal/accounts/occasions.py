"""What rooms above do when an address is proven or somebody comes back; put in by the composition."""

from collections.abc import Callable
from datetime import datetime

from portal.accounts.models import User
from portal.foundation.web.here import OnePerApp

Follow = Callable[[User, datetime], object]
# Called inside the transaction: whenever an address of an account was proven or changed, and whenever somebody signs in
# whose account they had closed.
WHEN_CONFIRMED = OnePerApp[Follow]("when_confirmed")
WHEN_RETURNED = OnePerApp[Follow]("when_returned")
