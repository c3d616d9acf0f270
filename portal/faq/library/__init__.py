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
  `pinned`, `newest(limit)`, `related(entry, by_words)`.
* Only for commands, each in its own module because they pull in Markdown and its friends: `build.build`,
  `indexing.write_index`, `checks.check_content`, `importing.import_folder`, `json_lines.jsonl_to_markdown`.

How it works: one watcher per machine starts a child process (`build`) that reads changed files, renders them under
limits and publishes a snapshot; another child (`indexing`) writes the search index; every process loads what is new.
"""

from portal.faq.library.edition import Edition
from portal.faq.library.faults import Fault
from portal.faq.library.keeper import KEEPER, Keeper
from portal.faq.library.library import Library
