"""The words of the API's document that belong to no single endpoint."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.kernel.text import Text

TITLE = Text("ヨコテン API", "Yokoten API")
ABOUT = Text(
    "自治体の業務アプリのテンプレートを、探し、導入し、公開し、評価するためのAPIです。",
    "Finds, installs, publishes and rates templates of municipal business apps.",
)

PARAMETERS: Mapping[str, Text] = {
    "publisher": Text("公開団体の6桁の団体コード、または yokoten", "Six-digit code of the publisher, or yokoten"),
    "code": Text("6桁の団体コード、または yokoten", "Six-digit code of the municipality, or yokoten"),
    "slug": Text("テンプレートの識別名", "Slug of the template"),
    "version": Text("版の番号（例：1.2.0）", "Number of the version, such as 1.2.0"),
    "old": Text("比べる元の版の番号", "Number of the version to compare from"),
    "new": Text("比べる先の版の番号", "Number of the version to compare with"),
    "draft_id": Text("下書きの識別子", "Identifier of the draft"),
    "workspace_id": Text("ワークスペースの識別子", "Identifier of the workspace"),
    "import_id": Text("導入処理の識別子", "Identifier of the import"),
    "number": Text("呼び出しの番号", "Number of the call"),
    "export_id": Text("書き出しの識別子", "Identifier of the export"),
    "installation_id": Text("導入済みテンプレートの識別子", "Identifier of the installation"),
    "story_id": Text("活用事例の識別子", "Identifier of the story"),
    "person_id": Text("構成員の識別子", "Identifier of the member"),
    "invitation_id": Text("招待の識別子", "Identifier of the invitation"),
    "token_id": Text("APIトークンの識別子", "Identifier of the API token"),
    "wanted_id": Text("欲しいアプリの識別子", "Identifier of the wanted app"),
    "answer_id": Text("回答の識別子", "Identifier of the answer"),
    "lang": Text("文章の言語（Accept-Language より優先）", "Language of sentences; goes before Accept-Language"),
}

HEADERS: Mapping[str, Text] = {
    "Idempotency-Key": Text(
        "同じキーと同じ内容で送り直しても、二度は実行されません（24時間）。",
        "A request sent again with the same key and content is not done twice (for 24 hours).",
    ),
    "If-None-Match": Text(
        "この ETag と同じ内容なら、内容を返さずに 304 を返します。",
        "Answer 304 without content if it still has this ETag.",
    ),
}

WRITE_HEADERS: Mapping[str, Text] = {
    "If-Match": Text("この ETag の状態であるときだけ実行します。", "Act only if the state still has this ETag."),
    "If-None-Match": Text("* を付けると、まだないときだけ実行します。", "With *, act only if there is none yet."),
}

RESPONSE_HEADERS: Mapping[str, Text] = {
    "Location": Text("作られたもののアドレス", "Address of what was made"),
    "ETag": Text("この内容を表す値", "Value that stands for this content"),
    "Link": Text('次のページ（rel="next"）', 'The next page (rel="next")'),
    "RateLimit-Policy": Text(
        "数えられる上限：名前、qは回数、wは秒数。reads-callerはトークン、-municipalityは団体、-addressはトークンのない人の分。",
        "The limits that count: name, q requests in w seconds. -caller is the token, -municipality its municipality, "
        "-address those without a token.",
    ),
    "RateLimit": Text(
        "それぞれの残り：rは回数、tは次に増えるまでの秒数。だれにも同じ答えには付きません。",
        "What is left of each: r requests, and t seconds until there is more. Not on answers that are the same for "
        "everybody.",
    ),
    "Retry-After": Text("この秒数だけ待ってから、送り直してください。", "Wait so many seconds before you try again."),
}

SUCCESS: Mapping[int, Text] = {
    200: Text("成功", "Success"),
    201: Text("作成しました", "Created"),
    202: Text("受け付けました。進み具合は Location で確かめられます", "Accepted; see Location for the progress"),
    204: Text("成功（内容なし）", "Success without content"),
    206: Text("求められた範囲（Range）", "The part that Range asked for"),
    307: Text("Location のアドレスから取得できます（短い時間だけ有効）", "To be fetched at Location, for a short time"),
    304: Text("内容は変わっていません", "Not modified"),
}

REFUSALS: Mapping[int, Text] = {
    400: Text("リクエストを読み取れません", "The request can't be read"),
    401: Text("有効なAPIトークンが必要です", "A valid token is needed"),
    403: Text("権限がありません", "Not allowed"),
    404: Text("見つかりません", "Not found"),
    409: Text("今の状態と矛盾します", "Contradicts what is there"),
    412: Text("先に変更されました", "Changed meanwhile"),
    413: Text("大きすぎます", "Too large"),
    415: Text("受け取れない形式です", "Type of data not accepted"),
    416: Text("その範囲はありません", "There is no such part"),
    422: Text("内容に誤りがあります", "Not valid"),
    429: Text("しばらく待つ必要があります", "Too many for now; try again later"),
    500: Text("サービス側の問題です", "Something went wrong on our side"),
    503: Text("一時的に利用できません", "Not available for the moment"),
}
