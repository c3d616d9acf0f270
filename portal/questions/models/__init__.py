"""Tables of the room."""

from portal.questions.models.counts import AnswerOffer
from portal.questions.models.drafts import Draft
from portal.questions.models.fairness import FairnessRound
from portal.questions.models.mailed import MailedMessage
from portal.questions.models.question import Message, PromiseEntry, Question, Rating, SheetEntry, state_seen
