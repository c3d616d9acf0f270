"""A question as it stood at a moment that has passed, read back from ledger and history: to be looked at only."""

from portal.questions.past.said import had_missed, messages_then, rating_then, rounds_then, sheet_then
from portal.questions.past.standing import questions_then, stood
