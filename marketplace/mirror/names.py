"""Where each file of the index stands; paths are only ever made here, of parts that were looked at."""

from __future__ import annotations

import re

HEAD = "head.json"
FEED, TEMPLATES, BUNDLES = "feed", "templates", "bundles"
TEMPLATE = re.compile(r"[0-9a-z-]{1,40}/[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
MAX_TEMPLATE = 160
"""Letters of publisher and slug together: longer ones are no names of files everywhere."""
PUBLIC = re.compile(
    rf"{HEAD}|{FEED}/{DIGEST.pattern}\.json|{BUNDLES}/{DIGEST.pattern}\.zip"
    rf"|{TEMPLATES}/{TEMPLATE.pattern}/{DIGEST.pattern}\.json",
    re.ASCII,
)
"""Every path there may be."""


def is_template(name: str) -> bool:
    """Tell whether a text names a template: publisher/slug."""
    return len(name) <= MAX_TEMPLATE and TEMPLATE.fullmatch(name) is not None


def segment_path(digest: str) -> str:
    """Return where a segment stands."""
    return f"{FEED}/{digest}.json"


def template_path(template: str, digest: str) -> str:
    """Return where the file of a template (publisher/slug) stands."""
    return f"{TEMPLATES}/{template}/{digest}.json"


def bundle_path(digest: str) -> str:
    """Return where a bundle stands."""
    return f"{BUNDLES}/{digest}.zip"
