"""Answers for a kintone domain, by its REST API and with the account of the connection."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from http import HTTPStatus

from marketplace.bundle.model import JsonObject, PlaceholderKind
from marketplace.installs.survey.place import SeenApp
from marketplace.installs.target import Target
from marketplace.kintone.answers import objects_at, text_at
from marketplace.kintone.client import KintoneClient
from marketplace.kintone.errors import FailureKind, KintoneError
from marketplace.kintone.people import known_codes

MOST_APPS = 1000
"""What kintone's standard course allows."""
PLUGINS_PER_CALL = 100


class Outside:
    """A kintone domain as a survey asks it."""

    most_apps = MOST_APPS

    def __init__(self, client: KintoneClient) -> None:
        """Keep the client."""
        self._client = client
        self.may_create: bool | None = None

    def look_up(self, target: Target) -> Target | None:
        """Return the space with its name and first thread; whether a thread named is there can't be asked."""
        try:
            space = self._client.call("GET", "space.json", params={"id": target.space})
        except KintoneError as error:
            if error.kind is not FailureKind.PERMANENT or error.status == HTTPStatus.UNAUTHORIZED:
                raise
            return None
        if space.get("isGuest") is True:
            return None
        thread = target.thread or text_at(space, "defaultThread")
        return replace(target, thread=thread, name=text_at(space, "name"))

    def apps(self) -> Iterator[SeenApp]:
        """Yield the apps that the account sees."""
        yield from (SeenApp(app.app_id, app.name) for app in self._client.list_apps())

    def plugins(self) -> set[str]:
        """Return the plug-ins of the domain, page by page."""
        found: list[JsonObject] = []
        while True:
            params = {"offset": str(len(found)), "limit": str(PLUGINS_PER_CALL)}
            page = objects_at(self._client.call("GET", "plugins.json", params=params), "plugins")
            found += page
            if len(page) < PLUGINS_PER_CALL:
                return {text_at(one, "id") for one in found}

    def codes(self, kind: PlaceholderKind, codes: Collection[str]) -> set[str]:
        """Return who is there under some codes."""
        return known_codes(self._client, kind.value, codes)
