"""Search over the help articles: the index, what is typed, and what answers it.

`portal.search.index.build` writes an index; whoever only searches does not load Whoosh.
"""

from portal.search.fallback import scan
from portal.search.index.publishing import pointer_version
from portal.search.language.synonyms import parse_synonyms
from portal.search.model import (
    MARK_BEGIN,
    MARK_END,
    Document,
    Hit,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
    IndexUnusable,
    Marked,
    Results,
    SynonymError,
)
from portal.search.searcher import Searcher
from portal.search.telling import plain_words, telling_stems, typed_words
