"""How gunicorn serves the portal: `gunicorn --config portal/serving.py`."""

import gc
import importlib
import importlib.util
import logging
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn.http.errors import LimitRequestLine, ParseException
from gunicorn.util import write_nonblock
from sqlalchemy.exc import SQLAlchemyError


def _counting_files() -> Any:
    """The module alone: the package around it brings what counts along, which looks for the folder at its import."""
    path = Path(__file__).with_name("foundation") / "files" / "counting_files.py"
    spec = importlib.util.spec_from_file_location("counting_files", path)
    if spec is None or spec.loader is None:
        raise ImportError(str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_counting = _counting_files()
os.environ[_counting.FOLDER] = os.environ.get(_counting.FOLDER) or _counting.new_folder()

from prometheus_client import multiprocess

from portal.draining import LeavingWorker, linger, note_reload
from portal.foundation import clock
from portal.foundation.company import read_company
from portal.foundation.config import CONFIG, ROOT, Config, read_config, read_settings
from portal.foundation.database import open_database
from portal.foundation.errors import SettingError
from portal.foundation.process.memory import keep_one_arena
from portal.foundation.sql.schema import refuse_foreign_schema
from portal.foundation.sql.sqlite_settings import may_keep_log
from portal.foundation.web.measuring import note_death
from portal.foundation.web.turns import in_turn
from portal.foundation.web.uploads import arrived_from, forget_arrival
from portal.notifications.composing import read_sender
from portal.rounds import ROUNDS
from portal.sharing import shares

try:
    _settings = read_settings()
except SettingError as error:
    sys.exit(f"\n  {error}\n")

wsgi_app = "portal:create_app()"
bind = _settings["BIND"] or f"127.0.0.1:{_settings['PORT']}"
workers = _settings["WEB_WORKERS"]
worker_class = "portal.serving.Worker"
threads = 4
timeout = 60
graceful_timeout = 30 + _settings["DRAIN_SECONDS"]
keepalive = 15
if _settings["PROXY_HOPS"]:
    linger()
limit_request_line = 4094
limit_request_fields = 60
loglevel = "warning"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.foundation.process.logs.lines"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "WARNING", "handlers": ["errors"]},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": ["errors"], "propagate": False}},
}

_PAGE = (ROOT / "templates" / "errors" / "too_long.html").read_bytes()
_WORDS = "Diese Anfrage konnte nicht gelesen werden. This request could not be read.\n"


def _answer(status: str, page: bytes, kind: str) -> bytes:
    head = (
        f"HTTP/1.1 {status}",
        "Connection: close",
        f"Content-Type: text/{kind}; charset=utf-8",
        f"Content-Length: {len(page)}",
        "Cache-Control: no-store",
        "Content-Security-Policy: default-src 'none'",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join((*head, "", "")).encode() + page


_TOO_LONG = _answer("414 URI Too Long", _PAGE, "html")
_UNREADABLE = _answer("400 Bad Request", _WORDS.encode(), "plain")

LISTEN_SECONDS = 15.0  # for a request to arrive, head and body together
# Files may take longer, as long as they come at the pace of a poor phone connection (DR-13).
UPLOAD_SECONDS, UPLOAD_PACE = 600.0, 20_000
ANSWER_SECONDS = 180.0  # for an answer to leave: 20 MB over a slow phone
_INCOMING, _BOTH_WAYS = 0, 2  # SHUT_RD, SHUT_RDWR
log = logging.getLogger(__name__)

# Whoever writes holds the database while it waits for its turn among the threads: a tenth of Python's own 5 ms.
_TURN_SECONDS = 0.0005


class Worker(LeavingWorker):
    """Threads that no slow sender holds for ever; an address too long for gunicorn still gets a page for people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since: dict[Any, float] = {}

    @property
    def nr_conns(self) -> int:
        """How many connections are open; gunicorn counts, the other processes see it."""
        return self._connections

    @nr_conns.setter
    def nr_conns(self, amount: int) -> None:
        self._connections = amount
        if getattr(self, "_accepting", False):
            shares.note(self.age, amount)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take part in the sharing for as long as this process takes connections."""
        super().set_accept_enabled(enabled)
        if self._accepting:
            shares.note(self.age, self.nr_conns)
        else:
            shares.leave(self.age)

    def accept(self, listener: Any) -> None:
        """Take whoever connects, after those who have fewer."""
        shares.let_others_go_first(self.age, listener)
        super().accept(listener)

    def handle(self, conn: Any) -> Any:
        """Answer one request, and remember since when its connection holds this thread."""
        self._since[conn] = clock.seconds()
        try:
            return super().handle(conn)
        finally:
            self._since.pop(conn, None)
            forget_arrival(conn.sock)

    def murder_pending(self) -> None:
        """Every second: end what waits without a thread for too long, then cut what holds one for too long."""
        super().murder_pending()
        now = clock.seconds()
        for conn, since in list(self._since.items()):
            patience = _patience(conn)
            if now - since > patience:
                # A head without an end is dropped now, half a form refused by the application.
                is_over = now - since > patience + ANSWER_SECONDS
                with suppress(OSError):
                    conn.sock.shutdown(_BOTH_WAYS if is_over else _INCOMING)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what could not be read; the log names the kind of fault, not what was sent or by whom."""
        if isinstance(exc, LimitRequestLine):
            write_nonblock(client, _TOO_LONG)
        elif isinstance(exc, ParseException):
            log.info("a request could not be read: %s", type(exc).__name__)
            with suppress(OSError):
                write_nonblock(client, _UNREADABLE)
        else:
            super().handle_error(req, client, addr, exc)


def _patience(conn: Any) -> float:
    """For how many seconds of a connection a thread may listen: more while files arrive over it."""
    arrived = arrived_from(conn.sock)
    if arrived is None:
        return LISTEN_SECONDS
    return min(LISTEN_SECONDS + arrived / UPLOAD_PACE, UPLOAD_SECONDS)


def on_starting(_server: Any) -> None:
    """A wrong setting or company file stops the start with its sentence; memory goes back to the machine."""
    try:
        config = read_config()
        read_sender(read_company(config.content), config)
        _refuse_foreign_schema(config)
    except SettingError as error:
        sys.exit(f"\n  {error}\n")
    keep_one_arena()


def _refuse_foreign_schema(config: Config) -> None:
    """A database that is away for the moment is no reason not to start: articles are read without it."""
    # With the journal that it has: a file that others use does not change it, and would be said not to answer.
    engine = open_database(config.database_url, uses_wal=may_keep_log(config))
    try:
        with engine.connect() as connection:
            refuse_foreign_schema(connection)
    except SQLAlchemyError as error:
        log.error("the database does not answer at the start: %s", type(getattr(error, "orig", error)).__name__)
    finally:
        engine.dispose()


def on_reload(server: Any) -> None:
    """The socket stays, the processes are replaced."""
    note_reload(server)


def when_ready(_server: Any) -> None:
    """Say where the portal is."""
    print(f"\n  The portal is on http://{bind}. Ctrl-C stops it.\n", flush=True)


def post_fork(_server: Any, _worker: Any) -> None:
    """Before anything is counted."""
    _counting.take_room(os.getpid())


def post_worker_init(worker: Any) -> None:
    """Every process keeps its content up to date; nobody waits for ever, and threads take short turns."""
    if CONFIG.of(worker.app.callable).database_url.startswith("postgresql"):
        # With SQLite no process needs what this loads: the driver of PostgreSQL is 9 MB.
        importlib.import_module("portal.foundation.sql.waiting").answer_in_time(worker.app.callable)
    else:
        worker.wsgi = in_turn(worker.wsgi)
    sys.setswitchinterval(_TURN_SECONDS)
    # What is there now stays for good: nobody looks through it again for what may be thrown away.
    gc.collect()
    gc.freeze()
    ROUNDS.of(worker.app.callable).start()


def worker_exit(_server: Any, worker: Any) -> None:
    """Write down what was counted since the last round, and that this process has come to its end by itself."""
    app = getattr(worker.app, "callable", None)
    if app is not None:
        ROUNDS.of(app).stop()
    with suppress(OSError):
        _end_mark(worker.pid).touch()


def child_exit(_server: Any, worker: Any) -> None:
    """In the process above: one that went without a word was killed or has crashed, and somebody should know."""
    multiprocess.mark_process_dead(worker.pid)
    shares.leave(worker.age)
    has_ended = _end_mark(worker.pid).exists()
    _end_mark(worker.pid).unlink(missing_ok=True)
    if not has_ended:
        note_death()
        log.error("alarm: a web process has died")


def _end_mark(pid: int) -> Path:
    return Path(os.environ[_counting.FOLDER]) / f"ended-{pid}"


def on_exit(_server: Any) -> None:
    """The last word."""
    shutil.rmtree(os.environ[_counting.FOLDER], ignore_errors=True)
    print("  The portal has stopped.", flush=True)
