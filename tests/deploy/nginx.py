"""A real nginx with the rules of deploy/nginx."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path

from tests.ports import free_port

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
FOLDER = Path("deploy/nginx").resolve()
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def write_configuration(folder, text):
    """Write a whole configuration around one of ours, with every folder below the test's own."""
    text = text.replace("/etc/nginx/yokoten/", f"{FOLDER}/").replace("/var/cache/nginx", str(folder / "cache"))
    text = re.sub(r"/dev/stdout|/var/log/nginx/yokoten\.log", str(folder / "access.log"), text)
    temporary = "\n".join(f"{name}_temp_path {folder / name};" for name in TEMPORARY)
    (folder / "cache").mkdir(exist_ok=True)
    user = "user root;\n" if os.geteuid() == 0 else ""  # The folders of tests are their owner's alone.
    whole = f"{user}pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n{temporary}\n{text}\n}}\n"
    path = folder / "nginx.conf"
    path.write_text(whole, encoding="utf-8")
    return path


@contextmanager
def running_nginx(folder, first, second, *, status=200):
    """Start nginx with the rules for Compose before two web servers; yield its port once it answers with a status."""
    port = free_port()
    text = (FOLDER / "compose.conf").read_text(encoding="utf-8")
    text = text.replace("web1:8000", f"127.0.0.1:{first}").replace("web2:8000", f"127.0.0.1:{second}")
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    path = write_configuration(folder, text)
    command = [NGINX, "-c", str(path), "-e", str(folder / "error.log"), "-g", "daemon off;"]
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                assert call(port, "GET", "/livez")[0] == status
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def call(port, method, path, body=None, headers=None, source="127.0.0.1"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    with closing(connection):
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
