"""What every service receives first: the session, the caller, the clock, and the way to act after the commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from marketplace.kernel.actor import Actor
from marketplace.kernel.text import Language

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from marketplace.kernel.ports import Ports


@dataclass(frozen=True, slots=True)
class Context:
    """One unit of work as a service sees it."""

    session: Session
    actor: Actor
    now: Callable[[], datetime]
    after_commit: Callable[[Callable[[], None]], None]
    ports: Ports
    language: Language = Language.JA
