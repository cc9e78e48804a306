"""In which space an app lies: chosen when it is added, changed when it moves."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.kernel.text import Text
from marketplace.sandbox.caller import NORMAL_PATH, Caller
from marketplace.sandbox.errors import REQUIRED_PARAMETER, InvalidInputError, NoPrivilegeError
from marketplace.sandbox.models import App
from marketplace.sandbox.spaces.errors import ThreadNotFoundError
from marketplace.sandbox.spaces.membership import is_member
from marketplace.sandbox.spaces.models import AppCreators, Space, Thread
from marketplace.sandbox.spaces.reach import find_space
from marketplace.sandbox.spaces.services import MAX_SPACE_ID, get_space, manages

GUEST_SPACE = Text("ゲストスペースには移動できません。", "Apps cannot be moved to guest spaces.")


def place_new_app(
    session: Session, caller: Caller, space_id: int | None, thread_id: int | None
) -> tuple[int | None, int | None]:
    """Return the space and the thread of an app about to be added.

    On the path of a guest space, that space is meant unless another is named.
    Raises InvalidInputError, ThreadNotFoundError, and what `get_space` raises.
    """
    if space_id is None and caller.path is not None and caller.path != NORMAL_PATH:
        space_id = caller.path
    if space_id is None:
        if thread_id is not None:
            raise InvalidInputError({"space": [REQUIRED_PARAMETER]})
        return None, None
    space = get_space(session, caller, space_id)
    if space.app_creators is AppCreators.ADMIN and not manages(session, caller, space):
        raise NoPrivilegeError
    if thread_id is None:
        return space.space_id, space.default_thread
    thread = session.get(Thread, (space.site_id, thread_id)) if thread_id <= MAX_SPACE_ID else None
    if thread is None or thread.space_id != space.space_id:
        raise ThreadNotFoundError(id=thread_id)
    return space.space_id, thread.thread_id


def move_app(session: Session, caller: Caller, app: App, space_id: int | None) -> None:
    """Move an app that the caller manages to another space, or out of every space.

    Raises InvalidInputError for a guest space, and NoPrivilegeError for who doesn't manage the space it leaves
    or doesn't belong to the private one it goes to.
    """
    home = find_space(session, app.site_id, app.space_id)
    if home is not None and not manages(session, caller, home):
        raise NoPrivilegeError
    if space_id is None:
        app.space_id = app.thread_id = None
        return
    target = _open_target(session, caller, space_id)
    app.space_id, app.thread_id = target.space_id, target.default_thread


def _open_target(session: Session, caller: Caller, space_id: int) -> Space:
    target = find_space(session, caller.site_id, space_id) if space_id <= MAX_SPACE_ID else None
    if target is not None and target.is_guest and (caller.is_admin or is_member(session, caller, target)):
        raise InvalidInputError({"space": [GUEST_SPACE]})
    return get_space(session, caller, space_id)
