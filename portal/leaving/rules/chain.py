"""The hashes of the record: of a declaration's row, and of each entry with the one before it (spec leaving 2.13)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

# The columns of a declaration that nobody may ever change; `id` is not among them, a restored database may count anew.
KEPT = (
    *("reference", "kind", "channel", "name", "email", "identity", "about", "cause", "reason", "is_on_date", "wished"),
    *("part", "raw_fields", "canonical_text", "sha256", "declared_at", "received_at", "zone", "language", "url"),
    *("page_version", "label_version", "form_sha256", "stamp", "content_digest", "marks", "question_number"),
    *("taken_by", "is_spooled"),
)


def row_hash(values: Mapping[str, Any], salt: str) -> str:
    """What the record keeps of a declaration: nobody who has the hash alone can guess the words from it."""
    return _hash([salt, [[name, _plain(values[name])] for name in KEPT]])


def entry_hash(
    previous: str, *, position: int, at: datetime, verb: str, reference: str, actor: tuple[str, int | None], facts: Any
) -> str:
    """The hash of one entry; whoever changes an entry would have to change every later one."""
    return _hash([previous, position, _plain(at), verb, reference, list(actor), facts])


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _hash(value: Any) -> str:
    written = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode()).hexdigest()
