"""The content of the FAQ in memory, and everything that keeps it true to the files.

What the rest of the portal needs:

* `Keeper(content=, derived=, zone=, languages=)`: `start()` and `stop()` for a web process, `refresh()` for one round,
  `settle()` and `rebuild()` for commands and tests; `library` and `searcher` (None while there is no index) are
  swapped as a whole.
* `Library`: `edition(language, on)`, `numbered(number, language, on)`, `translations(entry, on)` (real ones, for
  `hreflang`), `addresses(entry, on)` (fallbacks included, for the language switch), `category_addresses(source, on)`,
  `page`, `pages_in`, `page_translations`, `asset(address)` (bytes: `Keeper.copies / asset.copy_name`), `faults`,
  `generation`, `is_ready`.
* `Edition`: `categories`, `entry(path)`, `category(path)`, `redirect(path)`, `entries()`, `by_number(number)`,
  `pinned`, `newest(limit)`, `related(entry, more)`.
* `check_content` for editors, `import_folder` and `jsonl_to_markdown` for content from elsewhere.

How it works: one watcher per machine starts a child process (`build`) that reads changed files, renders them under
limits and publishes a snapshot; another child (`indexing`) writes the search index; every process loads what is new.
"""

from portal.faq.library.assets import Asset
from portal.faq.library.build import BuilderBusy, Job, build
from portal.faq.library.checks import check_content
from portal.faq.library.edition import Edition
from portal.faq.library.faults import Fault
from portal.faq.library.importing import ImportRefused, ImportReport, import_folder
from portal.faq.library.indexing import write_index
from portal.faq.library.json_lines import jsonl_to_markdown
from portal.faq.library.keeper import Keeper
from portal.faq.library.library import Library
from portal.faq.library.loading import load_library
from portal.faq.library.snapshot import pointer_of

__all__ = [
    "Asset",
    "BuilderBusy",
    "Edition",
    "Fault",
    "ImportRefused",
    "ImportReport",
    "Job",
    "Keeper",
    "Library",
    "build",
    "check_content",
    "import_folder",
    "jsonl_to_markdown",
    "load_library",
    "pointer_of",
    "write_index",
]
