"""Search by meaning: a small sentence model beside the words, where an operator wants it (docs/search.md)."""

from portal.search.by_meaning.engine import EngineUnusable, open_engine, require_engine
from portal.search.by_meaning.opinion import Model
from portal.search.by_meaning.reading import Meaning
