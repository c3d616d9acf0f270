"""What the room holds itself: that an account is closed; the row goes with the account."""

from portal.foundation.personal_data import Holding

HOLDINGS = (Holding("departure", tables=("account_closings",)),)
