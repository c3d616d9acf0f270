"""Takes one mail apart in a child (`portal/foundation/outside/bounded.py`): head, text and files, for the parent.

What is written: four bytes with the length of a JSON object, the object, then the bytes of all files behind each other.
Nothing of the portal is loaded but plain rules. A mail that cannot be taken apart ends the child with an exit status.
"""

import json
import sys
from email import message_from_bytes
from email.policy import compat32

from portal.inbox.reading.bodies import Body
from portal.inbox.reading.heads import head_lines, head_of
from portal.inbox.rules.texts import parted

UNREADABLE = 3
# More than anybody reads, and less than what would fill a column.
LONGEST_TEXT = 2_000_000


def main(raw: bytes) -> int:
    """Read, take apart, write; the exit status says whether that worked."""
    try:
        mail = message_from_bytes(raw, policy=compat32)
        body = Body()
        body.take(mail)
        parts = parted(body.text[:LONGEST_TEXT])
        found = {
            **head_of(mail),
            "head": head_lines(raw),
            "text": parts.new,
            "quoted": parts.quoted,
            "left_out": body.left_out,
            "files": [{"name": each.name, "type": each.kind, "size": len(each.content)} for each in body.files],
        }
    except MemoryError:
        raise
    except Exception:  # the parser has its own ways to stumble over what strangers write
        return UNREADABLE
    said, out = json.dumps(found).encode(), sys.stdout.buffer
    out.write(len(said).to_bytes(4, "big") + said)
    for each in body.files:
        out.write(each.content)
    out.flush()
    return 0
