"""What the service writes to people about their accounts."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.models import Person
from marketplace.kernel.context import Context
from marketplace.kernel.text import Language, Text
from marketplace.mail.services import Draft, write_mail

RESET_MINUTES = 30

RESET = Draft(
    "password-reset",
    Text("【ヨコテン】パスワードの再設定", "Yokoten: set a new password"),
    Text(
        """{name} 様

ヨコテンのパスワードの再設定が依頼されました。
{minutes}分以内に次のアドレスを開き、新しいパスワードを設定してください。このアドレスは一度だけ使えます。

{link}

心当たりがないときは、このメールを破棄してください。パスワードは変わりません。

ヨコテン {place}
""",
        """Dear {name},

somebody asked to set a new password for your Yokoten account.
Open this address within {minutes} minutes. It works once.

{link}

If it was not you, ignore this mail. Your password stays as it is.

Yokoten {place}
""",
    ),
    timedelta(minutes=RESET_MINUTES),
)
CHANGED = Draft(
    "account-changed",
    Text("【ヨコテン】{what}", "Yokoten: {what}"),
    Text(
        """{name} 様

ヨコテンのアカウントについてお知らせします。

{what}

心当たりがないときは、すぐにパスワードを再設定し、所属団体の管理者に知らせてください。
{place}/password-reset

ヨコテン {place}
""",
        """Dear {name},

this concerns your Yokoten account.

{what}

If it was not you, set a new password at once and tell the administrator of your municipality.
{place}/password-reset

Yokoten {place}
""",
    ),
)
PASSWORD_CHANGED = Text("パスワードが変更されました", "Your password was changed")
AUTHENTICATOR_ADDED = Text("認証アプリが登録されました", "An authenticator app was set up")
AUTHENTICATOR_REMOVED = Text("認証アプリの登録が外されました", "The authenticator app was removed")
PASSKEY_ADDED = Text("パスキーが登録されました", "A passkey was added")
PASSKEY_REMOVED = Text("パスキーの登録が外されました", "A passkey was removed")
CODE_USED = Text("回復コードでログインされました", "A recovery code was used to sign in")
FACTORS_REMOVED = Text("運営者が二段階認証を外しました", "The operator removed your second factors")
CODES_MADE = Text("回復コードが作り直されました", "New recovery codes were made")


def language_of(ctx: Context, person: Person) -> Language:
    """Return the language to write to somebody in: their own choice, else that of the page they are at."""
    return Language(person.language) if person.language in set(Language) else ctx.language


def send_reset_link(ctx: Context, person: Person, secret: str) -> None:
    """Write the link; it begins with the public address of the settings, whatever a request says of its host."""
    place = ctx.ports.place.url
    link = f"{place}/password-reset/{secret}"
    language = language_of(ctx, person)
    write_mail(ctx, person.email, RESET, language, name=person.name, minutes=RESET_MINUTES, link=link, place=place)


def tell_of_change(ctx: Context, person: Person, what: Text) -> None:
    """Write that something about the account has changed, so that its owner notices a stranger's doing."""
    language = language_of(ctx, person)
    said = what.in_language(language)
    write_mail(ctx, person.email, CHANGED, language, name=person.name, what=said, place=ctx.ports.place.url)
