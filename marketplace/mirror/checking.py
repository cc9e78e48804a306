"""Reads a mirror whole and tells what in it is not as it was signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from marketplace.kernel.errors import DomainError
from marketplace.mirror.errors import IndexForgedError, IndexUntrustedError, MirrorForeignError
from marketplace.mirror.feed import JSON_BYTES, Entry
from marketplace.mirror.folder import MirrorFolder, State
from marketplace.mirror.names import HEAD, template_path
from marketplace.mirror.reading import bundles_of, read_entry, read_feed
from marketplace.mirror.sealing import Believes
from marketplace.mirror.sources import read_exact


@dataclass(slots=True)
class Checked:
    """What a mirror holds, and what is wrong with it: paths and reasons."""

    state: State
    templates: list[dict[str, Any]] = field(default_factory=list)
    bundles: int = 0
    wrong: list[tuple[str, DomainError]] = field(default_factory=list)

    @contextmanager
    def noting(self, path: str) -> Iterator[None]:
        """Note what is wrong with a file, and go on."""
        try:
            yield
        except DomainError as error:
            self.wrong.append((path, error))


def open_mirror(folder: MirrorFolder, believes: Believes | None) -> State:
    """Return what a folder is a mirror of.

    Raises MirrorForeignError, IndexUntrustedError, IndexForgedError or IndexDamagedError.
    """
    state = folder.state()
    if state is None:
        raise MirrorForeignError(folder=str(folder.folder))
    key = state.sealed.key
    if believes is not None and not believes(key):
        raise IndexUntrustedError(fingerprint=key.fingerprint)
    return state


def check_mirror(folder: MirrorFolder, believes: Believes | None) -> Checked:
    """Read everything that a mirror is to hold. Raises what `open_mirror` raises, and if its feed can't be read."""
    state = open_mirror(folder, believes)
    checked = Checked(state)
    with checked.noting(HEAD):
        if folder.read(HEAD, JSON_BYTES) != state.sealed.data:
            raise IndexForgedError(path=HEAD)
    for entry in wanted_entries(folder, state):
        with checked.noting(template_path(entry.template, entry.sha256)):
            checked.templates.append(read_entry(folder, entry))
    if state.wish.bundles:
        for bundle in (bundle for template in checked.templates for bundle in bundles_of(template)):
            checked.bundles += 1
            with checked.noting(bundle.path):
                read_exact(folder, bundle.path, bundle.sha256, bundle.size)
    return checked


def wanted_entries(folder: MirrorFolder, state: State) -> list[Entry]:
    """Return the entries of the templates that a mirror holds."""
    return [entry for entry in read_feed(folder, state.sealed.head).newest if state.wish.covers(entry)]
