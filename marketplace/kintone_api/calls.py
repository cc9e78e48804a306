"""One API call as its function sees it, and the shapes of the parameters that many calls share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketplace.kernel.context import Context
from marketplace.sandbox import apps
from marketplace.sandbox.caller import Caller
from marketplace.sandbox.settings.shapes import Attribute, ListOf, Obj, Problems, Shape, Whole, may, need, read_shape
from marketplace.sandbox.settings.store import ANY_REVISION

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

    def app(self, stage: Stage, permission: str) -> App:
        """Return the app that the parameter `app` names. Raises InvalidInputError, AppNotFoundError or a refusal."""
        app_id: int = self.read(app=APP)["app"]
        return apps.get_app_at(self.ctx.session, self.caller, app_id, stage, permission)

    def open_preview(self) -> Preview:
        """Return the preview settings of the app named, locked, if the `revision` sent is the present one."""
        given = self.read(app=APP, revision=REVISION)
        return apps.open_preview(self.ctx.session, self.caller, given["app"], given.get("revision"), self.ctx.now())


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
