"""One API call as its function sees it, and the shapes of the parameters that many calls share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from marketplace.kernel.context import Context
from marketplace.kintone_api.table import OF_THE_SITE
from marketplace.sandbox import apps
from marketplace.sandbox.caller import NORMAL_PATH, Caller
from marketplace.sandbox.errors import NoPrivilegeError
from marketplace.sandbox.settings.shapes import Attribute, ListOf, Obj, Problems, Shape, Whole, may, need, read_shape
from marketplace.sandbox.settings.store import ANY_REVISION
from marketplace.sandbox.spaces.reach import require_guest_path
from marketplace.sandbox.spaces.services import MAX_SPACE_ID

if TYPE_CHECKING:
    from marketplace.sandbox.models import App, Stage
    from marketplace.sandbox.settings.store import Preview

Body = dict[str, Any]

APP = need(Whole(least=1))
REVISION = may(Whole(least=ANY_REVISION))


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, with which parameters; those of the URL and of the body are one."""

    ctx: Context
    caller: Caller
    data: Body

    def read(self, **attributes: Attribute) -> Body:
        """Return the named parameters in canonical form. Raises InvalidInputError."""
        found: Body = read_shape(Obj(attributes), self.data)
        return found

    def on_path(self, name: str, path: int) -> Call:
        """Return the call as it stands on the normal path, or on that of a guest space. Raises NoPrivilegeError."""
        if path != NORMAL_PATH:
            if name in OF_THE_SITE:
                raise NoPrivilegeError
            require_guest_path(self.ctx.session, self.caller, path)
        return replace(self, caller=replace(self.caller, path=path))

    def app(self, stage: Stage, permission: str) -> App:
        """Return the app that the parameter `app` names. Raises InvalidInputError, AppNotFoundError or a refusal."""
        app_id: int = self.read(app=APP)["app"]
        return apps.get_app_at(self.ctx.session, self.caller, app_id, stage, permission)

    def open_preview(self) -> Preview:
        """Return the preview settings of the app named, locked, if the `revision` sent is the present one."""
        given = self.read(app=APP, revision=REVISION)
        return apps.open_preview(self.ctx.session, self.caller, given["app"], given.get("revision"), self.ctx.now())


def read_space_number(text: str) -> int:
    """Return the guest space that a path names. Raises NoPrivilegeError for what can't be one."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:20]) <= MAX_SPACE_ID:
        raise NoPrivilegeError
    return int(text[:20])


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A list whose only element may stand alone, as URLs write it."""

    inner: ListOf

    def read(self, value: object, key: str, problems: Problems) -> list[Any]:
        """Return the elements."""
        return self.inner.read(value if isinstance(value, list) else [value], key, problems)


def one_or_more(item: Shape, most: int | None = None) -> OneOrMore:
    """Return the shape of a list parameter."""
    return OneOrMore(ListOf(item, most))
