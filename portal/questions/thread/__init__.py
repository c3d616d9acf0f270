"""The question's page as plain values: its headline, its messages, and text as it was typed."""

from portal.questions.thread.headline import headline_of
from portal.questions.thread.messages import MessageView, Thread, thread_of
from portal.questions.thread.text import answer_text, customer_text
from portal.questions.thread.words import moment, state_word
