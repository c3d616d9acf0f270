"""nginx serving one finished page, as the fastest that this machine can do; nothing where it is not installed."""

import getpass
import shutil
from pathlib import Path

from bench.servers import Server, free_port

_CONFIGURATION = """
user {user}; daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_timeout 15; default_type "text/html; charset=utf-8";
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port}; root {folder}/page; index page.html; add_header Content-Encoding {encoding};
  }}
}}
"""


class Nginx(Server):
    """Started with a configuration of its own instead of gunicorn's arguments; the page is compressed already."""

    def __init__(self, binary: str, folder: Path, encoding: str) -> None:
        super().__init__([], {}, folder / "nginx-start.log")
        self.port = free_port()
        path = folder / "nginx.conf"
        # Its processes are ours: another user could not read a folder that is for nobody else.
        own = {"user": getpass.getuser(), "folder": folder, "port": self.port, "encoding": encoding}
        path.write_text(_CONFIGURATION.format(**own))
        self._arguments = [binary, "-c", str(path)]


def serve(answer: tuple[int, dict[str, str], bytes], folder: Path) -> Nginx | None:
    """A server of this finished answer for a `with` block; None without nginx."""
    binary = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if binary is None:
        print("nginx is not installed: no yardstick of a finished page.")
        return None
    (folder / "page").mkdir()
    (folder / "page" / "page.html").write_bytes(answer[2])
    return Nginx(binary, folder, answer[1].get("content-encoding", "identity"))
