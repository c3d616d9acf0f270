"""Forms with files as gunicorn gets them: cut at every kind of place, in chunks, too large, and slowly."""

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.attachments.files import PDF, picture
from tests.foundation.test_strict_request import part

FILES = part("attachments", PDF, "a.pdf") + part("attachments", picture(), "b.png")
BODY = FILES + part("is_complete", b"yes") + b"--rand--\r\n"
HEAD = b"POST /de/questions/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=rand\r\n"


def exchanged(server, *pieces: bytes, ends: bool = True) -> str:
    """What the server answers to these bytes; the sender hangs up its half when it `ends`."""
    address = urlsplit(server.origin)
    with socket.create_connection((address.hostname, address.port), timeout=40) as opened:
        for piece in pieces:
            opened.sendall(piece)
        if ends:
            opened.shutdown(socket.SHUT_WR)
        answer = b""
        while got := opened.recv(65536):
            answer += got
    return answer.decode(errors="replace")


def head(*more: str) -> bytes:
    return HEAD + "".join(f"{line}\r\n" for line in more).encode() + b"Connection: close\r\n\r\n"


def in_chunks(body: bytes, size: int = 100) -> list[bytes]:
    cut = [body[at : at + size] for at in range(0, len(body), size)]
    return [b"%x\r\n%s\r\n" % (len(each), each) for each in cut]


def stored(server) -> int:
    return sum(1 for path in (server.data / "uploads").rglob("*") if path.is_file())


def test_a_whole_form_is_taken_with_its_length_and_in_chunks(own_server):
    for pieces in (
        [head(f"Content-Length: {len(BODY)}"), BODY],
        [head("Transfer-Encoding: chunked"), *in_chunks(BODY), b"0\r\n\r\n"],
    ):
        answer = exchanged(own_server, *pieces, ends=False)
        assert answer.startswith("HTTP/1.1 200") and len(re.findall('name="uploads"', answer)) == 2
    assert stored(own_server) == 6


def test_a_form_that_is_cut_anywhere_is_refused_and_nothing_is_kept(own_server):
    ends = [0, 10, len(FILES) // 2, len(FILES), len(BODY) - 20, len(BODY) - 1]
    for end in ends:
        answer = exchanged(own_server, head(f"Content-Length: {len(BODY)}"), BODY[:end])
        assert answer.startswith("HTTP/1.1 400") or (not answer and end == 0), f"{end}: {answer[:200]}"
    for count in (0, 1, 3, len(in_chunks(BODY))):
        answer = exchanged(own_server, head("Transfer-Encoding: chunked"), *in_chunks(BODY)[:count])
        assert answer.startswith("HTTP/1.1 400"), f"{count}: {answer[:200]}"
    answer = exchanged(own_server, head("Transfer-Encoding: chunked"), *in_chunks(BODY[:-40]), b"0\r\n\r\n", ends=False)
    assert answer.startswith("HTTP/1.1 400")
    assert stored(own_server) == 0


def test_a_form_that_is_too_large_gets_its_page_while_it_is_still_being_sent(own_server):
    answer = exchanged(own_server, head("Content-Length: 27000000"), b"--rand\r\n" + b"x" * 2_000_000, ends=False)
    assert answer.startswith("HTTP/1.1 413") and "default-src 'none'" in answer


def test_twenty_megabytes_are_not_held_in_memory(own_server):
    many = b"".join(part("attachments", PDF + b" " * 4_900_000, f"{number}.pdf") for number in range(5))
    body = many + part("is_complete", b"yes") + b"--rand--\r\n"
    before = _largest(own_server)
    answer = exchanged(own_server, head(f"Content-Length: {len(body)}"), body, ends=False)
    assert answer.startswith("HTTP/1.1 200") and len(re.findall('name="uploads"', answer)) == 5
    assert _largest(own_server) - before < 12_000, "kB more than before"


def _largest(server) -> int:
    """The highest memory that any process of this server has ever used, in kB."""
    port = urlsplit(server.origin).port
    return max(int(_peak(pid)) for pid in _processes(port))


def _processes(port: int) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (
                f"PORT={port}\0".encode() in (folder / "environ").read_bytes()
                and b"gunicorn" in (folder / "cmdline").read_bytes()
            ):
                found.append(folder.name)
        except OSError:
            continue
    return found


def _peak(pid: str) -> str:
    return re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]
