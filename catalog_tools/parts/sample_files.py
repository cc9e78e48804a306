"""Files of sample records: a scene drawn as a photograph, or a paper; each named in the source with its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog_tools.pictures.paper import write_paper
from catalog_tools.pictures.scenes import scenes
from catalog_tools.source.errors import Line
from marketplace.bundle.model import JsonObject

FILE = re.compile(r"(?P<scene>[a-z-]+) (?P<name>[^/\s]+\.png)|paper (?P<paper>[^/\s]+)\.pdf")


@dataclass(slots=True)
class SampleFiles:
    """The files that the samples of one app name, by their path in the app's folder."""

    contents: dict[str, bytes] = field(default_factory=dict)

    def read(self, text: str, line: Line) -> list[JsonObject]:
        """Return the value of a file field, and keep the files. Raises SourceError."""
        return [{"path": self._keep(part.strip(), line)} for part in text.split("/")]

    def _keep(self, text: str, line: Line) -> str:
        match = FILE.fullmatch(text)
        if not match:
            raise line.error(f"“{text}”: write “road-hole 現場.png” or “paper 申請書.pdf”, several between slashes")
        if match["paper"]:
            path, content = f"files/{match['paper']}.pdf", write_paper(match["paper"])
        elif match["scene"] in scenes():
            path, content = f"files/{match['name']}", scenes()[match["scene"]]
        else:
            raise line.error(f"no scene “{match['scene']}”; there are {', '.join(scenes())}")
        if self.contents.setdefault(path, content) != content:
            raise line.error(f"another file is named {path.removeprefix('files/')}; give each a name of its own")
        return path
