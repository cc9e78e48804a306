"""Files that settings show: icons, scripts and style sheets."""

from __future__ import annotations

from marketplace.sandbox.files import attach_files, find_files
from marketplace.sandbox.settings.store import Document, Preview


def attach(preview: Preview, key: str) -> Document:
    """Return a file as settings show it: an upload under its lasting key, or one that settings show already.

    Raises StoredFileNotFoundError.
    """
    site_id = preview.app.site_id
    lasting = key
    if key not in find_files(preview.session, site_id, [key]):
        lasting = attach_files(preview.session, site_id, [key], preview.now)[key]
    found = find_files(preview.session, site_id, [lasting])[lasting]
    return {
        "fileKey": found.key,
        "name": found.name,
        "contentType": found.content_type,
        "size": str(found.size),
    }
