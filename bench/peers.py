"""Registries of other fields beside ours, with as many packages of the same size: Verdaccio (npm) and devpi (Python).

Each is set up with its own defaults, open to readers; `publish` asks for a token, as ours does.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import json
import subprocess
import sys
import tarfile
import uuid
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

VERDACCIO, DEVPI = ("verdaccio", "6.1.2"), ("devpi-server==6.20.3", "devpi-web==5.1.1")
"""The last Verdaccio that runs on Node.js 20."""
FETCH = {"node-fetch": "2.7.0"}
"""Verdaccio asks for it by a tag that not every registry knows."""
USER, PASSWORD = "bench", "bench-password-2026"
CONTENT_BYTES = 8_000
CONFIG = """
storage: ./storage
auth: {{htpasswd: {{file: ./htpasswd, max_users: 10}}}}
uplinks: {{}}
packages: {{'**': {{access: $all, publish: $all, unpublish: $authenticated}}}}
userRateLimit: {{windowMs: 1000, max: 100000}}
server: {{keepAliveTimeout: 60, rateLimit: {{windowMs: 1000, max: 10000000}}}}
log: {{type: stdout, format: json, level: fatal}}
listen: 127.0.0.1:{port}
max_body_size: 10mb
"""


class Peer(Protocol):
    """A registry that can be filled and asked."""

    name: str
    port: int

    def install(self) -> list[str]:
        """Install it, and return the command that runs it."""

    def sign_in(self) -> None:
        """Get the right to publish; call it when it runs."""

    def publish(self, number: int) -> None:
        """Publish the package of a number, with the token."""

    def paths(self, number: int) -> dict[str, str]:
        """Return where metadata, a search and the file of a package are."""


@dataclass
class Verdaccio:
    """npm's own protocol: one document a package, the archive inside the request that publishes it."""

    folder: Path
    port: int
    name: str = "Verdaccio"
    token: str = ""

    def install(self) -> list[str]:
        """Install it, and return the command that runs it."""
        wanted = {"private": True, "dependencies": dict([VERDACCIO]), "overrides": FETCH}
        (self.folder / "package.json").write_text(json.dumps(wanted))
        (self.folder / "config.yaml").write_text(CONFIG.format(port=self.port))
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=self.folder, check=True)
        return [str(self.folder / "node_modules/.bin/verdaccio"), "-c", str(self.folder / "config.yaml")]

    def sign_in(self) -> None:
        """Get the right to publish; without it, filling is faster: each token is a password to be hashed."""
        person = {"name": USER, "password": PASSWORD}
        answer = call(self.port, "PUT", f"/-/user/org.couchdb.user:{USER}", json.dumps(person).encode(), JSON)
        self.token = json.loads(answer)["token"]

    def publish(self, number: int) -> None:
        """Publish the package of a number, with the token if there is one."""
        name, version = f"template-{number}", "1.0.0"
        archive = npm_archive(name, version)
        file = f"{name}-{version}.tgz"
        address = f"http://127.0.0.1:{self.port}/{name}/-/{file}"
        digests = {"shasum": hashlib.sha1(archive, usedforsecurity=False).hexdigest(), "tarball": address}
        described = {"name": name, "version": version, "description": f"申請管理 {number}", "dist": digests}
        attached = {"content_type": "application/octet-stream", "data": base64.b64encode(archive).decode()}
        document = {
            "_id": name,
            "name": name,
            "dist-tags": {"latest": version},
            "versions": {version: described},
            "_attachments": {file: {**attached, "length": len(archive)}},
        }
        headers = {**JSON, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        call(self.port, "PUT", f"/{name}", json.dumps(document).encode(), headers)

    def paths(self, number: int) -> dict[str, str]:
        """Return where metadata, a search and the file of a package are."""
        name = f"template-{number}"
        search = f"/-/v1/search?text=template-{number}&size=20"
        return {"metadata": f"/{name}", "search": search, "download": f"/{name}/-/{name}-1.0.0.tgz"}


@dataclass
class Devpi:
    """Python's protocol: a simple index a project, files beside it; search is a page of devpi-web."""

    folder: Path
    port: int
    name: str = "devpi"
    headers: dict[str, str] = field(default_factory=dict)

    def install(self) -> list[str]:
        """Install it, and return the command that runs it."""
        programs = self.folder / "env" / "bin"
        subprocess.run([sys.executable, "-m", "venv", self.folder / "env"], check=True)
        subprocess.run([programs / "pip", "install", "--quiet", *DEVPI], check=True)
        data = str(self.folder / "data")
        subprocess.run(
            [programs / "devpi-init", "--no-root-pypi", "--serverdir", data], check=True, capture_output=True
        )
        return [str(programs / "devpi-server"), "--serverdir", data, "--port", str(self.port), "--threads", "8"]

    def sign_in(self) -> None:
        """Get the right to publish."""
        asked = json.dumps({"password": PASSWORD, "email": "bench@example.jp"}).encode()
        call(self.port, "PUT", f"/{USER}", asked, JSON)
        login = call(self.port, "POST", "/+login", json.dumps({"user": USER, "password": PASSWORD}).encode(), JSON)
        secret = f"{USER}:{json.loads(login)['result']['password']}"
        self.headers = {"X-Devpi-Auth": base64.b64encode(secret.encode()).decode()}
        index = {"bases": [], "volatile": True, "acl_upload": [USER]}
        call(self.port, "PUT", f"/{USER}/dev", json.dumps(index).encode(), {**JSON, **self.headers})

    def publish(self, number: int) -> None:
        """Publish the package of a number, with the token."""
        name, wheel = f"template-{number}", wheel_of(number)
        asked = {":action": "file_upload", "name": name, "version": "1.0.0", "filetype": "bdist_wheel"}
        asked |= {"pyversion": "py3", "metadata_version": "2.1", "summary": f"申請管理 {number}"}
        body, content_type = form(asked, f"template_{number}-1.0.0-py3-none-any.whl", wheel)
        basic = base64.b64decode(self.headers["X-Devpi-Auth"])
        headers = {"Content-Type": content_type, "Authorization": f"Basic {base64.b64encode(basic).decode()}"}
        call(self.port, "POST", f"/{USER}/dev/", body, headers)

    def paths(self, number: int) -> dict[str, str]:
        """Return where metadata, a search and the file of a package are."""
        page = call(self.port, "GET", f"/{USER}/dev/+simple/template-{number}/").decode()
        start = page.index('href="') + 6
        relative = page[start : page.index("#", start)]
        file = f"/{USER}/dev/" + relative.replace("../../", "")
        metadata = f"/{USER}/dev/+simple/template-{number}/"
        return {"metadata": metadata, "search": f"/+search?query=template-{number}", "download": file}


JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def call(port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
    """Make one call; anything but success ends the measurement."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status not in {200, 201}:
        message = f"{method} {path}: {answer.status} {content[:500]!r}"
        raise SystemExit(message)
    return content


def filling(name: str) -> bytes:
    """Return bytes that hardly compress, others for each name, so that no archive is the same as another."""
    return hashlib.shake_256(name.encode()).digest(CONTENT_BYTES)


def npm_archive(name: str, version: str) -> bytes:
    """Return a package for npm."""
    target = io.BytesIO()
    described: dict[str, Any] = {"name": name, "version": version}
    files = {
        "package/package.json": json.dumps(described).encode(),
        "package/data.bin": filling(name),
    }
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def wheel_of(number: int) -> bytes:
    """Return a package for Python."""
    target, place = io.BytesIO(), f"template_{number}-1.0.0.dist-info"
    described = f"Metadata-Version: 2.1\nName: template-{number}\nVersion: 1.0.0\nSummary: 申請管理 {number}\n"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(f"template_{number}/data.bin", filling(f"template-{number}"))
        archive.writestr(f"{place}/METADATA", described)
        archive.writestr(
            f"{place}/WHEEL", "Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{place}/RECORD", "")
    return target.getvalue()


def form(fields: dict[str, str], filename: str, content: bytes) -> tuple[bytes, str]:
    """Return a form with one file as multipart/form-data, and its type."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="content"; filename="{filename}"\r\n\r\n'.encode()
    body = b"".join([*parts, head, content, f"\r\n--{mark}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={mark}"
