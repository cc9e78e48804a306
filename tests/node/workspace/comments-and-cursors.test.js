// The official client comments on records and fetches them through cursors.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { KintoneRestAPIError } from "@kintone/rest-api-client";
import { client } from "./client.js";

const RECORDS = 1201;

let app;

before(async () => {
  ({ app } = await client.app.addApp({ name: "相談記録" }));
  await client.app.addFormFields({
    app,
    properties: {
      件名: { type: "SINGLE_LINE_TEXT", code: "件名", label: "件名" },
      数: { type: "NUMBER", code: "数", label: "数" },
    },
  });
  await client.app.deployApp({ apps: [{ app }] });
  const records = Array.from({ length: RECORDS }, (_, index) => ({
    件名: { value: `相談${index}` },
    数: { value: String(RECORDS - index) },
  }));
  await client.record.addAllRecords({ app, records });
});

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof KintoneRestAPIError, String(error));
    return [error.status, error.code];
  }
  return assert.fail("the call was not refused");
}

test("comments are added, listed and deleted", async () => {
  const mentions = [{ code: process.env.LOGIN, type: "USER" }];
  const { id } = await client.record.addRecordComment({ app, record: 1, comment: { text: "確認しました。", mentions } });
  assert.equal(id, "1");
  for (let number = 2; number <= 12; number += 1) {
    await client.record.addRecordComment({ app, record: 1, comment: { text: String(number) } });
  }

  const newest = await client.record.getRecordComments({ app, record: 1 });
  assert.deepEqual([newest.comments.length, newest.older, newest.newer], [10, true, false]);
  const oldest = await client.record.getRecordComments({ app, record: 1, order: "asc", limit: 1 });
  assert.deepEqual([oldest.older, oldest.newer], [false, true]);
  const [first] = oldest.comments;
  assert.equal(first.text, "管理者 確認しました。 ");
  assert.deepEqual(first.creator, { code: process.env.LOGIN, name: "管理者" });
  assert.deepEqual(first.mentions, mentions);
  assert.match(first.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

  assert.deepEqual(await client.record.deleteRecordComment({ app, record: 1, comment: id }), {});
  assert.deepEqual(await refusal(client.record.deleteRecordComment({ app, record: 1, comment: id })), [
    400,
    "GAIA_RE02",
  ]);
});

test("a comment to somebody unknown is refused", async () => {
  const comment = { text: "どなたですか。", mentions: [{ code: "nobody", type: "USER" }] };
  assert.deepEqual(await refusal(client.record.addRecordComment({ app, record: 2, comment })), [400, "GAIA_IL26"]);
  const { comments, older, newer } = await client.record.getRecordComments({ app, record: 2 });
  assert.deepEqual({ comments, older, newer }, { comments: [], older: false, newer: false });
});

test("a cursor is made, read page by page and gone after the last", async () => {
  const made = await client.record.createCursor({ app, fields: ["件名"], query: "order by 数 asc", size: 500 });
  assert.equal(made.totalCount, String(RECORDS));
  const titles = [];
  const pages = [];
  for (let next = true; next; ) {
    const page = await client.record.getRecordsByCursor({ id: made.id });
    titles.push(...page.records.map((record) => record.件名.value));
    pages.push(page.records.length);
    next = page.next;
  }
  assert.deepEqual(pages, [500, 500, 201]);
  assert.deepEqual([titles[0], titles.at(-1)], [`相談${RECORDS - 1}`, "相談0"]);
  assert.deepEqual(await refusal(client.record.getRecordsByCursor({ id: made.id })), [404, "GAIA_CN01"]);
});

test("a cursor can be deleted before its end", async () => {
  const { id } = await client.record.createCursor({ app });
  assert.deepEqual(await client.record.deleteCursor({ id }), {});
  assert.deepEqual(await refusal(client.record.getRecordsByCursor({ id })), [404, "GAIA_CN01"]);
});

test("all records come through a cursor of the client's own", async () => {
  const records = await client.record.getAllRecordsWithCursor({ app, query: "数 <= 1000 order by 数 desc" });
  assert.equal(records.length, 1000);
  assert.equal(records[0].数.value, "1000");
  const again = await client.record.getAllRecords({ app, orderBy: "数 asc" });
  assert.equal(again.length, RECORDS);
});
