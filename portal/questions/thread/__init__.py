"""The question's page as plain values: its headline, its messages, and text as it was typed."""

from portal.questions.thread.headline import Headline, headline_of
from portal.questions.thread.messages import MessageView, Thread, thread_of
from portal.questions.thread.text import answer_text, customer_text
from portal.questions.thread.words import duration, moment, state_word, week_lines

__all__ = [
    "Headline",
    "MessageView",
    "Thread",
    "answer_text",
    "customer_text",
    "duration",
    "headline_of",
    "moment",
    "state_word",
    "thread_of",
    "week_lines",
]
