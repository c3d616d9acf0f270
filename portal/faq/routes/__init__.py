"""The addresses of the FAQ: articles, search, votes and feeds, one module each."""

from portal.faq.routes import articles, feedback, feeds, search
from portal.faq.routes.blueprint import bp, short
