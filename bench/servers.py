"""Starts what is measured, under gunicorn with the portal's own settings, and reads from /proc what it costs."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from portal import serving
from portal.foundation.config import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
_GUNICORN = (sys.executable, "-m", "gunicorn")


class Server:
    """A gunicorn with its processes, on a free port of this machine, for a `with` block."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self._environment = {**surroundings(), "PORT": str(self.port), **environment}
        self._arguments = [*_GUNICORN, *arguments]
        self._log = log

    def add_settings(self, **settings: str) -> None:
        """Other settings than those of a measurement, before it is started."""
        self._environment.update(settings)

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One answer over a connection of its own: status, headers, body as sent. Status 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except OSError:
            return 0, {}, b""
        finally:
            connection.close()

    def wait_for(self, path: str, *, seconds: float, text: bytes = b"", **headers: str) -> float:
        """Seconds until this address answers 200 with that text in it."""
        begun = time.perf_counter()
        while time.perf_counter() - begun < seconds:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server has stopped, see {self._log}:\n{self._log.read_text()[-2000:]}")
            status, _, body = self.get(path, **headers)
            if status == 200 and text in body:
                return time.perf_counter() - begun
            time.sleep(0.05)
        raise RuntimeError(f"{path} did not answer within {seconds:.0f} s, see {self._log}")

    def workers(self) -> list[int]:
        """The web processes."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def cpu_seconds(self) -> float:
        """What all processes have used so far, in user and system time."""
        return sum(ticks(process) for process in (self._process.pid, *self.workers())) / TICKS

    def memory(self) -> list[float]:
        """Resident megabytes of each web process, pages shared with others included."""
        return [_resident(process) for process in self.workers()]


def portal_server(data: Path, content: Path, log: Path, url: str = "") -> Server:
    """The portal as `make run` starts it, behind one proxy that names its readers."""
    environment = {**portal_environment(data, content), "DATABASE_URL": url}
    return Server(["--config", "portal/serving.py"], environment, log)


def yardstick_server(data: Path, log: Path, url: str = "", *, workers: int = serving.workers) -> Server:
    """The yardstick with the same number of threads and seconds, and of processes unless told otherwise."""
    config = ["-w", str(workers), "-k", serving.worker_class, "--threads", str(serving.threads)]
    port = free_port()
    bind = ["--keep-alive", str(serving.keepalive), "-b", f"127.0.0.1:{port}", "--log-level", serving.loglevel]
    server = Server([*config, *bind, "bench.yardstick:app"], {"YARDSTICK_DATA": str(data), "YARDSTICK_URL": url}, log)
    server.port = port
    return server


def portal_environment(data: Path, content: Path) -> dict[str, str]:
    """The portal's settings for a measurement; nothing that protects it is switched off."""
    return {"PORTAL_DATA": str(data), "PORTAL_CONTENT": str(content), "PROXY_HOPS": "1", "BIND": "", "DATABASE_URL": ""}


def set_up(data: Path, content: Path, log: Path, url: str = "", *, demo: bool = False) -> float:
    """`flask setup` as `make run` does before it starts, with its people if `demo`; how many seconds it took."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "flask", "--app", "app", "setup", *(["--demo"] if demo else [])]
    environment = {**surroundings(), **portal_environment(data, content), "DATABASE_URL": url}
    with log.open("ab") as written:
        subprocess.run(command, cwd=ROOT, env=environment, stdout=written, stderr=written, check=True)
    return time.perf_counter() - begun


def surroundings() -> dict[str, str]:
    """What processes get from this one: not the folder to count in, which a server takes away when it stops."""
    return {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ticks(process: int) -> int:
    """What a process has used in user and system time, in parts of a second (`TICKS`); 0 when it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _resident(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
