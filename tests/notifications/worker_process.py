"""A worker as a process of its own, to be killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from flask import Flask

from portal.foundation.config import CONFIG, ROOT


class WorkerProcess:
    """`flask work` on the database and the mail server of an application."""

    def __init__(self, app: Flask, *arguments: str, **environment: str) -> None:
        config = CONFIG.of(app)
        settings = {
            "PORTAL_DATA": str(config.data),
            "PORTAL_CONTENT": str(config.content),
            "PORTAL_URL": config.url,
            "DATABASE_URL": config.database_url.replace("+psycopg", ""),
            "MAIL_URL": config.mail_url,
        }
        command = [str(Path(sys.executable).parent / "flask"), "--app", "app", "work", *arguments]
        self.log = config.data / "worker.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | settings | environment, stdout=log, stderr=log
            )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def status(self) -> int | None:
        return self._process.poll()

    def wait(self, seconds: float = 300.0) -> int:
        """Its exit status once it has ended."""
        return self._process.wait(seconds)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; the exit status."""
        self._process.send_signal(number)
        return self.wait()
