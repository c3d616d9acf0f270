"""Turns JSON lines ({id, lang, title, body_markdown, tags}) into a content folder: the portal with real amounts."""

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from portal.faq.library.building.layout import slug_of
from portal.faq.library.tools.importing import ImportRefused, ImportReport

MAX_LOOSE = 200  # more articles without a folder than this are put on shelves by their first letter


def jsonl_to_markdown(jsonl: Path, target: Path) -> ImportReport:
    """One Markdown file for each line; dots and slashes of the id become folders. `taken` names each id's file."""
    if target.exists() and any(target.iterdir()):
        raise ImportRefused(f"{target} is not empty: name a new folder.")
    report = ImportReport()
    try:
        rows = list(_rows(jsonl, report))
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise ImportRefused(f"{jsonl} is no file of JSON lines in UTF-8, nothing was written: {error}.") from error
    loose = Counter(row["lang"] for row in rows if len(_parts(row["id"])) == 1)
    for row in rows:
        _write(row, target, report, on_shelves=loose[row["lang"]] > MAX_LOOSE)
    return report


def _rows(jsonl: Path, report: ImportReport) -> Iterator[dict[str, Any]]:
    opener = gzip.open if jsonl.suffix == ".gz" else open
    with opener(jsonl, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                texts = [row[key] for key in ("id", "lang", "title", "body_markdown")]
            except (ValueError, KeyError, TypeError, RecursionError):
                report.left_out.append((f"line {number}", "It is not an article."))
                continue
            if all(isinstance(text, str) for text in texts) and re.fullmatch(r"[a-z]{2}", row["lang"]):
                yield row
            else:
                report.left_out.append((f"line {number}", "A value is not a text."))


def _write(row: dict[str, Any], target: Path, report: ImportReport, *, on_shelves: bool) -> None:
    parts = _parts(row["id"])
    if len(parts) == 1 and on_shelves:
        parts = [parts[0][0], parts[0]]
    file = f"faq/{row['lang']}/{'/'.join(parts)}.md"
    if not row["body_markdown"].strip() or (target / file).exists():
        report.left_out.append((row["id"], "It has no text, or its address is taken."))
        return
    tags = [tag for tag in row.get("tags") or () if isinstance(tag, str)]
    head = {"title": row["title"], **({"keywords": tags} if tags else {})}
    path = target / file
    path.parent.mkdir(parents=True, exist_ok=True)
    written = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(f"---\n{written}---\n\n{row['body_markdown'].strip()}\n", "utf-8")
    report.taken[row["id"]] = file


def _parts(name: str) -> list[str]:
    """`finance.tax#3.0` is the article `tax-3-0` of the category `finance`: two folders at most, then the slug."""
    path, _, part = name.partition("#")
    parts = [slug_of(word) for word in re.split(r"[./]", path) if word.strip()] or ["article"]
    folders, slug = parts[:-1][:2], "-".join(parts[2:] if len(parts) > 2 else parts[-1:])
    return [*folders, f"{slug}-{slug_of(part)}" if part else slug]
