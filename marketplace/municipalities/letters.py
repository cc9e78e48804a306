"""What the service writes to people who are invited to join a municipality."""

from __future__ import annotations

from datetime import timedelta

from marketplace.kernel.text import Text
from marketplace.mail.services import Draft

VALID_DAYS = 7

INVITATION = Draft(
    "invitation",
    Text("【ヨコテン】{municipality}への招待", "Yokoten: invitation to {municipality}"),
    Text(
        """{municipality}の管理者（{inviter}）から、ヨコテンに招待されました。
ヨコテンは、自治体がkintoneアプリのテンプレートを分け合うサービスです。

{days}日以内に次のアドレスを開くと、{municipality}の構成員になれます。このアドレスは一度だけ使えます。

{link}

心当たりがないときは、このメールを破棄してください。開かなければ、何も登録されません。

ヨコテン {place}
""",
        """An administrator of {municipality} ({inviter}) invites you to Yokoten,
where municipalities share templates of kintone apps.

Open this address within {days} days to become a member of {municipality}. It works once.

{link}

If you did not expect this, ignore the mail. Nothing is registered unless you open it and agree.

Yokoten {place}
""",
    ),
    timedelta(days=VALID_DAYS),
)
