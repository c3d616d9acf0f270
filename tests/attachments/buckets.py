"""An S3-compatible storage on this machine, started once for a file of tests."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from moto.moto_server.threaded_moto_server import ThreadedMotoServer

KEY, REGION = "anna:not-a-secret", "eu-central-1"


@contextmanager
def object_server() -> Iterator[str]:
    """The address of a server; everything in it is gone at the end."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def new_bucket(server: str) -> str:
    """The address of an empty place in a bucket of its own."""
    bucket = f"{server}/portal-{secrets.token_hex(4)}"
    with urlopen(Request(bucket, method="PUT", data=b"")):
        return f"{bucket}/files"
