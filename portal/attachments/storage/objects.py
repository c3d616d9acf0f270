"""Bytes as objects of an S3-compatible storage, which all machines reach; loaded only where UPLOADS names one."""

import hashlib
import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from portal.attachments.storage.place import StorageFailed, Stored, path_of
from portal.foundation.crash import crash_point

# A person waits for it: a place that does not answer is given up before the proxy gives up.
_CONNECT, _WHOLE = timedelta(seconds=3), timedelta(seconds=30)
_RETRIES, _RETRY_FOR = 2, timedelta(seconds=10)
_PIECE = 1024 * 1024
_PROBE = "0" * 40


class ObjectStorage:
    """Objects `prefix/aa/bb/…` in one bucket; an object is whole or not there, and durable when it is acknowledged."""

    def __init__(self, address: str, key: str, region: str) -> None:
        parts = urlsplit(address)
        bucket, _, prefix = parts.path.strip("/").partition("/")
        name, _, secret = key.partition(":")
        self._store = S3Store(
            bucket,
            prefix=prefix or None,
            endpoint=f"{parts.scheme}://{parts.netloc}",
            region=region,
            access_key_id=name,
            secret_access_key=secret,
            client_options={"allow_http": parts.scheme == "http", "connect_timeout": _CONNECT, "timeout": _WHOLE},
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_FOR},
        )

    def save(self, file: BinaryIO) -> Stored:
        """One request with the checksum of what it carries; the answer comes when the object is kept."""
        return self._keep(secrets.token_hex(20), file)

    def bring_back(self, name: str, file: BinaryIO) -> None:
        """Save bytes under a name that they had before."""
        try:
            with _answering():
                obstore.head(self._store, path_of(name))
        except FileNotFoundError:
            self._keep(name, file)

    def _keep(self, name: str, file: BinaryIO) -> Stored:
        with _answering():
            # Ten megabytes at most (SR-20); in parts it would leave halves behind.
            content = file.read()
            obstore.put(self._store, path_of(name), content, use_multipart=False)
            crash_point("file_renamed")
        return Stored(name, len(content), hashlib.sha256(content).hexdigest())

    def open(self, name: str) -> BinaryIO:
        """The object under a name that we gave, fetched in pieces as it is read."""
        with _answering():
            reader = obstore.open_reader(self._store, path_of(name), buffer_size=_PIECE)
        return cast("BinaryIO", io.BufferedReader(_Pieces(reader)))

    def remove(self, name: str) -> None:
        """Remove the object, if it is there."""
        with _answering():
            obstore.delete(self._store, path_of(name))

    def has_room(self, size: int) -> bool:  # noqa: ARG002  (the same question for every place)
        """A bucket has no end that we could see; a full one refuses."""
        return True

    def is_roomy(self) -> bool:
        """The same."""
        return True

    def answers(self) -> bool:
        """Whether the bucket lets us in: it says of a name that was never given that nothing is there."""
        try:
            with _answering():
                obstore.head(self._store, path_of(_PROBE))
        except FileNotFoundError:
            return True
        except StorageFailed:
            return False
        return True

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Every name whose object was written before that moment."""
        with _answering():
            for page in obstore.list(self._store):
                for each in page:
                    # What lies there under other names is not ours.
                    name = each["path"].replace("/", "")
                    if each["last_modified"] < moment and _is_ours(name, each["path"]):
                        yield name

    def leftovers(self, moment: datetime) -> Iterator[str]:  # noqa: ARG002
        """Nothing: an object that was not wholly sent is not there."""
        return iter(())

    def remove_leftovers(self, moment: datetime) -> int:  # noqa: ARG002
        """The same."""
        return 0


class _Pieces(io.RawIOBase):
    """A reader of the package as a file of Python, for whoever sends or copies it."""

    def __init__(self, reader: "obstore.ReadableFile") -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with _answering():
            return self._reader.seek(offset, whence)

    def tell(self) -> int:
        return self._reader.tell()

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        with _answering():
            piece = self._reader.read(len(buffer))
        buffer[: len(piece)] = memoryview(piece)
        return len(piece)


@contextmanager
def _answering() -> Iterator[None]:
    """StorageFailed for what is wrong, other than "not there"; the package's own words would name hosts."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        raise StorageFailed(0, f"the object storage failed: {type(error).__name__}") from error


def _is_ours(name: str, path: str) -> bool:
    try:
        return path_of(name) == path
    except FileNotFoundError:
        return False
