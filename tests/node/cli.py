"""Runs cli-kintone against a served site."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.kintone_api.conftest import PASSWORD
from tests.node.client import FOLDER
from tests.node.conftest import LOGIN, Served

PROGRAM = FOLDER / "node_modules" / ".bin" / "cli-kintone"


@dataclass(frozen=True)
class Done:
    """What the program left: its exit code, the bytes it printed, what it said."""

    code: int
    output: bytes
    said: str

    def rows(self, encoding: str = "utf-8") -> list[dict[str, str]]:
        """Return the CSV that was printed."""
        return list(csv.DictReader(io.StringIO(self.output.decode(encoding))))


class Cli:
    """The program with the address of a site; it runs in a folder of its own."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.served = served
        self.folder = folder

    def run(self, *arguments: object, token: str | None = None) -> Done:
        """Run a command as the administrator, or by an API token."""
        login = {"KINTONE_USERNAME": LOGIN, "KINTONE_PASSWORD": PASSWORD}
        access = login if token is None else {"KINTONE_API_TOKEN": token}
        plain = {name: value for name, value in os.environ.items() if not name.startswith("KINTONE_")}
        environment = {**plain, "KINTONE_BASE_URL": self.served.address, "NO_COLOR": "1", **access}
        command = ["node", str(PROGRAM), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, check=False)
        return Done(done.returncode, done.stdout, done.stderr.decode())

    def works(self, *arguments: object, token: str | None = None) -> Done:
        """Run a command that must succeed."""
        done = self.run(*arguments, token=token)
        assert done.code == 0, done.said
        return done

    def fails(self, *arguments: object, token: str | None = None) -> str:
        """Return what the program says about a command that must be refused."""
        done = self.run(*arguments, token=token)
        assert done.code == 1, done.said
        return done.said

    def write(self, name: str, text: str, encoding: str = "utf-8") -> str:
        """Put a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return name

    def write_csv(self, *rows: tuple[str, ...], encoding: str = "utf-8") -> str:
        """Put a CSV file into the folder; the first row names the fields."""
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
        return self.write("records.csv", text.getvalue(), encoding)
