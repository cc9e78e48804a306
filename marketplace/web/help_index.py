"""Which help pages there are, in which order and by what names; their texts are Markdown files in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.text import Text


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page of help: one task, or one statement of the operator."""

    name: str
    title: Text
    summary: Text
    place: str = "/help/"

    @property
    def address(self) -> str:
        """Where it is read."""
        return f"{self.place}{self.name}"


@dataclass(frozen=True, slots=True)
class HelpGroup:
    """Pages for one stretch of work."""

    name: str
    title: Text
    pages: tuple[HelpPage, ...]


GROUPS = (
    HelpGroup(
        "find",
        Text("見つける", "Find"),
        (
            HelpPage(
                "find",
                Text("テンプレートを探す", "Find a template"),
                Text(
                    "業務の言葉で検索し、絞り込み、中身を確かめます。",
                    "Search, narrow, and look inside.",
                ),
            ),
            HelpPage(
                "try",
                Text("導入の前に試す", "Try before installing"),
                Text("サンプル入りのアプリを、ログインせずに操作します。", "Use an app with samples first."),
            ),
            HelpPage(
                "wanted",
                Text("欲しいアプリを書く", "Ask for an app"),
                Text("見つからない業務を、ほかの団体に伝えます。", "Tell other municipalities what is missing."),
            ),
        ),
    ),
    HelpGroup(
        "install",
        Text("導入して使う", "Install and use"),
        (
            HelpPage(
                "workspace",
                Text("ワークスペースを用意する", "Prepare a workspace"),
                Text("テンプレートの導入先を作ります。", "Make the place to install into."),
            ),
            HelpPage(
                "connect-kintone",
                Text("kintoneのドメインをつなぐ", "Connect a kintone domain"),
                Text("契約しているkintoneを導入先にします。", "Install into the kintone you have."),
            ),
            HelpPage(
                "install",
                Text("テンプレートの導入", "Installing a template"),
                Text("計画を確かめてから始め、導入記録票を残します。", "See the plan, start, keep the receipt."),
            ),
            HelpPage(
                "placeholders",
                Text("自団体に合わせる", "Make it fit your municipality"),
                Text(
                    "所属長などの割り当て、選択肢、アプリの名前を決めます。",
                    "Your people, options and names.",
                ),
            ),
            HelpPage(
                "update",
                Text("新しい版と、設定の照合", "New versions and checks"),
                Text(
                    "新しい版に気づき、今もテンプレートどおりかを確かめます。",
                    "Notice them; check what you have.",
                ),
            ),
            HelpPage(
                "closed-network",
                Text("LGWANなど閉じたネットワークで使う", "Closed networks such as LGWAN"),
                Text("コマンドか、署名つきのパッケージで導入します。", "Install by a command or a signed package."),
            ),
        ),
    ),
    HelpGroup(
        "share",
        Text("分かち合う", "Share"),
        (
            HelpPage(
                "reviews-and-stories",
                Text("評価と活用事例を書く", "Write reviews and stories"),
                Text("使ってみた結果を、次の団体に伝えます。", "Tell the next municipality how it went."),
            ),
            HelpPage(
                "publish",
                Text("自作のアプリを公開する", "Publish your own app"),
                Text("kintoneから書き出し、点検して、公開します。", "Export from kintone, check, release."),
            ),
            HelpPage(
                "findings",
                Text("点検の指摘を直す", "Mend what the checks found"),
                Text("指摘の読み方と、よくある直し方です。", "How to read findings, and frequent remedies."),
            ),
            HelpPage(
                "personal-data",
                Text("公開の前に個人情報を確かめる", "Look for personal data"),
                Text("人の目で見るところと、書いておくことです。", "What to look at and what to declare."),
            ),
            HelpPage(
                "version-numbers",
                Text("版番号の決まり方", "How versions are numbered"),
                Text("変更の内容から、必要な番号が決まります。", "What changed decides the number."),
            ),
        ),
    ),
    HelpGroup(
        "go-on",
        Text("続ける・つなぐ", "Carry on"),
        (
            HelpPage(
                "take-out",
                Text("団体のデータを書き出す", "Export all your data"),
                Text("団体のデータを1つのファイルに保存します。", "Save all your municipality has in one file."),
            ),
            HelpPage(
                "handover",
                Text("人事異動のときの引継ぎ", "Handing over to a successor"),
                Text("団体に残るものと、次の担当者に渡すものです。", "What stays, and what to pass on."),
            ),
            HelpPage(
                "log",
                Text("操作の記録を調べる", "Search the log of acts"),
                Text("だれが、いつ、何をしたかを探し、保存します。", "Find who did what, and save it as a file."),
            ),
            HelpPage(
                "account",
                Text("パスワードと二段階認証", "Passwords and second factors"),
                Text("アカウントを守り、端末を確かめます。", "Protect your account; check devices."),
            ),
            HelpPage(
                "api",
                Text("APIとコマンドで使う", "Use the API and the command line"),
                Text("プログラムやCIから、探し、導入し、公開します。", "Search, install and publish by program."),
            ),
        ),
    ),
)
HOW_TOS = {page.name: page for group in GROUPS for page in group.pages}
STATEMENTS = {
    page.name: page
    for page in (
        HelpPage(
            "accessibility",
            Text("ウェブアクセシビリティ方針", "Accessibility"),
            Text("目標と、試験の結果と、まだできていないことです。", "The aim, the tests, and what is not done."),
            "/",
        ),
        HelpPage(
            "privacy",
            Text("プライバシー", "Privacy"),
            Text("何を、なぜ、いつまで保存するかです。", "What is stored, why, and for how long."),
            "/",
        ),
        HelpPage(
            "terms",
            Text("利用規約", "Terms of use"),
            Text("だれが使えるか、何を守るかです。", "Who may use it, and what to keep to."),
            "/",
        ),
    )
}
REFERENCES = (
    ("/help/bundle", Text("バンドルの形式", "Bundle format")),
    ("/docs/api", Text("APIの説明", "API documentation")),
    ("/docs/errors", Text("断られる理由の一覧", "Refusals")),
)
