"""What incidents hold of customers: that a question belongs to one, and that a message went out; both go with it."""

from portal.foundation.personal_data import Holding

HOLDINGS = (Holding("incidents", tables=("incidents", "incident_cases", "incident_messages", "incident_letters")),)
