"""Search by meaning: a small sentence model beside the words, where an operator wants it (docs/search.md)."""

from portal.search.by_meaning.engine import Engine, EngineUnusable, open_engine, require_engine
from portal.search.by_meaning.opinion import Model
from portal.search.by_meaning.reading import Meaning

__all__ = ["Engine", "EngineUnusable", "Meaning", "Model", "open_engine", "require_engine"]
