"""What the operator writes to authors about what they publish, and to those who reported something."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.accounts.letters import language_of
from marketplace.accounts.models import Person
from marketplace.kernel.context import Context
from marketplace.kernel.text import Text
from marketplace.mail.services import Draft as Letter
from marketplace.mail.services import write_mail
from marketplace.municipalities.queries import find_members
from marketplace.municipalities.roles import Role
from marketplace.operating.models import Report, ReportOutcome
from marketplace.publishing.models import Draft, DraftHold

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter tells of: its name, its page, and why."""

    title: Text
    path: str
    number: str = ""
    reason: str = ""
    kind: Text = NOTHING
    outcome: Text = NOTHING
    note: str = ""


RELEASED = Letter(
    "draft-released",
    Text("【ヨコテン】「{title}」を公開しました", "Yokoten: “{title}” is released"),
    Text(
        """{name} 様

運営の確認が終わり、「{title}」の版 {number} を公開しました。
次のページで見られます。

{link}

ヨコテン {place}
""",
        """Dear {name},

the operator has reviewed “{title}” and released version {number}.
It is on this page:

{link}

Yokoten {place}
""",
    ),
)
TURNED_BACK = Letter(
    "draft-turned-back",
    Text("【ヨコテン】「{title}」は、まだ公開していません", "Yokoten: “{title}” is not released yet"),
    Text(
        """{name} 様

「{title}」の版 {number} を運営が確認しましたが、公開せずにお返ししました。
理由は次のとおりです。

{reason}

下書きは残っています。直したファイルを送り、もう一度公開の手続きをしてください。

{link}

ヨコテン {place}
""",
        """Dear {name},

the operator has reviewed version {number} of “{title}” and gave it back without releasing it, for this reason:

{reason}

The draft is still there. Upload a corrected file and release it again.

{link}

Yokoten {place}
""",
    ),
)

HIDDEN = Letter(
    "content-hidden",
    Text("【ヨコテン】「{title}」を非表示にしました", "Yokoten: “{title}” is hidden"),
    Text(
        """{name} 様

サービスの運営者が、{kind}「{title}」を非表示にしました。ほかの団体からは見えません。
理由は次のとおりです。

{reason}

{link}

ヨコテン {place}
""",
        """Dear {name},

the operator of the service has hidden this: {kind} “{title}”. Other municipalities don't see it any more. The reason:

{reason}

{link}

Yokoten {place}
""",
    ),
)
WITHDRAWN = Letter(
    "version-withdrawn",
    Text("【ヨコテン】「{title}」の版 {number} の公開を停止しました", "Yokoten: “{title}” {number} is withdrawn"),
    Text(
        """{name} 様

サービスの運営者が、「{title}」の版 {number} の公開を停止しました。
新しく導入することはできなくなります。すでに導入した団体のアプリには影響しません。
理由は次のとおりです。

{reason}

{link}

ヨコテン {place}
""",
        """Dear {name},

the operator of the service has withdrawn version {number} of “{title}”.
It can't be installed any more; apps that are installed are not affected. The reason:

{reason}

{link}

Yokoten {place}
""",
    ),
)
SETTLED = Letter(
    "report-settled",
    Text("【ヨコテン】報告への対応について", "Yokoten: your report"),
    Text(
        """{name} 様

「{title}」についての報告を、運営者が確かめました。

結果：{outcome}
{note}

お知らせいただき、ありがとうございました。

ヨコテン {place}
""",
        """Dear {name},

the operator has looked into your report of “{title}”.

Outcome: {outcome}
{note}

Thank you for telling us.

Yokoten {place}
""",
    ),
)
OUTCOMES: dict[ReportOutcome, Text] = {
    ReportOutcome.NOTHING: Text("対応は要らないと判断した", "Nothing needed to be done"),
    ReportOutcome.CONTACTED: Text("団体に連絡した", "The municipality was contacted"),
    ReportOutcome.REMOVED: Text("公開を停止した、または非表示にした", "It was withdrawn or hidden"),
}


def tell_of_release(ctx: Context, draft: Draft, hold: DraftHold) -> None:
    """Write to the author that a draft is released."""
    _tell_author(ctx, draft, hold, RELEASED, f"/templates/{draft.municipality_code}/{draft.slug}")


def tell_of_turning_back(ctx: Context, draft: Draft, hold: DraftHold) -> None:
    """Write to the author why a draft is not released."""
    _tell_author(ctx, draft, hold, TURNED_BACK, f"/drafts/{draft.id}")


def tell_of_hiding(ctx: Context, code: str, writer: str | None, told: Told) -> None:
    """Write to who wrote something why it is hidden."""
    _tell(ctx, HIDDEN, _readers(ctx, code, {writer}), told)


def tell_of_withdrawal(ctx: Context, code: str, releaser: str | None, told: Told) -> None:
    """Write to who released a version why it is withdrawn."""
    _tell(ctx, WITHDRAWN, _readers(ctx, code, {releaser}), told)


def tell_of_settlement(ctx: Context, report: Report, reporter: Person) -> None:
    """Write to who reported something what came of it, unless the account is disabled."""
    if reporter.disabled_at is None and report.outcome is not None:
        told = Told(Text(report.title, report.title), "", outcome=OUTCOMES[report.outcome], note=report.note)
        _tell(ctx, SETTLED, [reporter], told)


def _tell_author(ctx: Context, draft: Draft, hold: DraftHold, letter: Letter, path: str) -> None:
    told = Told(Text(draft.name_ja, draft.name_en), path, number=draft.number, reason=hold.reason)
    _tell(ctx, letter, _readers(ctx, draft.municipality_code, {draft.responsible_id, hold.asked_by}), told)


def _tell(ctx: Context, letter: Letter, readers: list[Person], told: Told) -> None:
    place = ctx.ports.place.url
    for person in readers:
        language = language_of(ctx, person)
        said = {name: getattr(told, name) for name in ("title", "kind", "outcome")}
        params = {
            **{name: text.in_language(language) for name, text in said.items()},
            "name": person.name,
            "number": told.number,
            "reason": told.reason,
            "note": told.note,
            "link": f"{place}{told.path}",
            "place": place,
        }
        write_mail(ctx, person.email, letter, language, **params)


def _readers(ctx: Context, code: str, concerned: set[str | None]) -> list[Person]:
    """Return those concerned as far as they still act for the municipality, else its administrators."""
    members = find_members(ctx.session, code)
    chosen = [member for member in members if member.person_id in concerned] or [
        member for member in members if member.role is Role.ADMIN
    ]
    return [ctx.session.get_one(Person, member.person_id) for member in chosen]
