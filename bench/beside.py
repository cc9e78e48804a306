"""Starts what is measured: the service with one web process, and beside it a bare Flask hello and nginx."""

from __future__ import annotations

import os
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.servers import running
from marketplace.settings import Settings

PORT, HELLO_PORT, NGINX_PORT = (int(os.environ.get("PORT", "8933")) + each for each in range(3))
COMPRESSED = {"Accept-Encoding": "gzip, br"}
"""What the requests say that are measured."""
NGINX = "/usr/sbin/nginx"
CONFIG = """
user root;
pid {folder}/pid;
error_log {folder}/error.log crit;
worker_processes 1;
events {{}}
http {{
  access_log off; keepalive_requests 100000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; default_type application/json; }}
}}
"""


def environ_of(settings: Settings, port: int, **more: object) -> dict[str, str]:
    """Return the environment of a service on a filled database, which loads no templates and counts no requests."""
    none = settings.data_dir / "no-templates"
    none.mkdir(parents=True, exist_ok=True)
    chosen = {
        "DATA_DIR": settings.data_dir,
        "DATABASE_URL": settings.database_url,
        "STORAGE_URL": settings.storage,
        "CATALOG_DIR": none,
        "PORT": port,
        "RATE_LIMITS": "off",
        **more,
    }
    return {f"MARKETPLACE_{name}": str(value) for name, value in chosen.items()}


@contextmanager
def serving(settings: Settings, what: str = "service", port: int = PORT) -> Iterator[int]:
    """Run our web server with one process around the service or around hello, and tell its number."""
    environ = {**environ_of(settings, port, WEB_WORKERS=1), "PYTHONPATH": str(Path.cwd())}
    with running([sys.executable, "-m", "bench.web_server", what], port, environ) as process:
        yield process


@contextmanager
def nginx(folder: Path, addresses: Mapping[str, str]) -> Iterator[int]:
    """Lay down answers of the service as files, and have nginx serve them under the names given."""
    (folder / "files").mkdir(parents=True)
    for name, address in addresses.items():
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}{address}", headers=COMPRESSED)
        with urllib.request.urlopen(request) as answer:
            (folder / "files" / name).write_bytes(answer.read())
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=NGINX_PORT))
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), "-g", "daemon off;"]
    with running(command, NGINX_PORT) as process:
        yield process
