"""The account at a glance: name, mail, language, memberships, and what guards it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request

from marketplace.accounts import services
from marketplace.accounts.factors import queries as factors
from marketplace.accounts.queries import get_self
from marketplace.accounts.sessions import list_sessions
from marketplace.edge.attempt import attempt
from marketplace.edge.context import context, language
from marketplace.edge.signin import act_for
from marketplace.kernel.errors import NotFoundError
from marketplace.kernel.text import Language, Text
from marketplace.municipalities.queries import list_own_memberships
from marketplace.web.account.place import pages
from marketplace.web.forms import FormState, filled, refused
from marketplace.web.language import follow_choice
from marketplace.web.municipalities import ROLES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LANGUAGES = ((Language.JA.value, "日本語"), (Language.EN.value, "English"))
DONE: dict[str, Text] = {
    "name": Text("氏名を変更しました。", "Your name was changed."),
    "language": Text("言語を変更しました。", "Your language was changed."),
    "municipality": Text("操作する団体を切り替えました。", "You act for another municipality now."),
    "left": Text("団体の構成員から外れました。", "You are no member of the municipality any more."),
    "password": Text(
        "パスワードを変更しました。ほかの端末からはログアウトしました。",
        "Your password was changed. Other devices were signed out.",
    ),
    "authenticator": Text("認証アプリを登録しました。", "The authenticator app is set up."),
    "passkey": Text("パスキーを登録しました。", "The passkey is added."),
    "authenticator-removed": Text("認証アプリの登録を外しました。", "The authenticator app was removed."),
    "passkey-removed": Text("パスキーの登録を外しました。", "The passkey was removed."),
}


@pages.get("/account")
def show() -> ResponseReturnValue:
    """Show the account."""
    return _render(None)


@pages.post("/account/name")
def rename() -> ResponseReturnValue:
    """Change the name."""
    with attempt() as tried:
        services.change_name(context(), request.form.get("name", ""))
        return redirect("/account?done=name", 303)
    form = refused(tried.error, request.form)
    return _render(form), form.status


@pages.post("/account/language")
def choose_language() -> ResponseReturnValue:
    """Keep a language with the account and show it from now on."""
    wanted = request.form.get("language", "")
    if wanted in set(Language):
        services.choose_language(context(), Language(wanted))
    return follow_choice(redirect("/account?done=language", 303), wanted)


@pages.post("/account/municipality")
def choose_municipality() -> ResponseReturnValue:
    """Act for another municipality of one's own from now on."""
    wanted = request.form.get("code", "")
    if wanted not in {each.code for each in list_own_memberships(context())}:
        raise NotFoundError
    act_for(wanted)
    return redirect("/account?done=municipality", 303)


@pages.get("/account/name")
@pages.get("/account/language")
@pages.get("/account/municipality")
def back() -> ResponseReturnValue:
    """Lead to the page that holds the form."""
    return redirect("/account", 303)


def _render(refusal: FormState | None) -> str:
    ctx = context()
    person, spoken = get_self(ctx), language()
    done = DONE.get(request.args.get("done", ""))
    return render_template(
        "account/show.html",
        email=person.email,
        form=refusal or filled(name=person.name, language=person.language or spoken.value),
        languages=LANGUAGES,
        done=done.in_language(spoken) if done else None,
        factors=factors.list_factors(ctx),
        session_count=len(list_sessions(ctx)),
        memberships=list_own_memberships(ctx),
        acts_for=ctx.actor.municipality_code,
        roles={role: label.in_language(spoken) for role, label in ROLES.items()},
    )
