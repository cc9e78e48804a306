"""Files that settings show: icons, scripts and style sheets."""

from __future__ import annotations

from marketplace.kernel.ids import new_secret
from marketplace.sandbox.errors import SettingsFileNotFoundError
from marketplace.sandbox.models import StoredFile
from marketplace.sandbox.settings import Document, Draft


def attach(draft: Draft, key: str) -> Document:
    """Return a file as settings show it; an upload is given a key of its own that can be read, and read again.

    Raises SettingsFileNotFoundError.
    """
    found = draft.session.get(StoredFile, key)
    if found is None or found.site_id != draft.app.site_id:
        raise SettingsFileNotFoundError(id=key)
    if not found.attached:
        found = StoredFile(
            key=new_secret(),
            site_id=found.site_id,
            attached=True,
            digest=found.digest,
            name=found.name,
            content_type=found.content_type,
            size=found.size,
            created_at=draft.now,
        )
        draft.session.add(found)
    return {
        "fileKey": found.key,
        "name": found.name,
        "contentType": found.content_type,
        "size": str(found.size),
    }
