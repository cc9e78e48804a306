// Records and files: one by one, in bulk, and page by page.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { client, deploy, ids, makeApp, options, text } from "./client.js";

let master;
let app;

before(async () => {
  master = await makeApp(client, "補助金制度", {
    ...text("制度番号", { unique: true, required: true }),
    ...text("制度名"),
  });
  const lookup = {
    relatedApp: { app: master },
    relatedKeyField: "制度番号",
    fieldMappings: [{ field: "制度名", relatedField: "制度名" }],
  };
  app = await makeApp(client, "補助金申請", {
    ...text("制度", { lookup }),
    ...text("制度名"),
    ...text("申請者", { unique: true }),
    金額: { type: "NUMBER", code: "金額", label: "金額" },
    区分: { type: "DROP_DOWN", code: "区分", label: "区分", options: options("新規", "継続") },
    添付: { type: "FILE", code: "添付", label: "添付" },
    明細: { type: "SUBTABLE", code: "明細", label: "明細", fields: text("費目") },
  });
  const state = (index) => ({ index, assignee: { type: "ONE", entities: [] } });
  await client.app.updateProcessManagement({
    app,
    enable: true,
    states: { 未処理: state("0"), 審査中: state("1"), 完了: state("2") },
    actions: [
      { name: "審査へ", from: "未処理", to: "審査中", filterCond: "" },
      { name: "完了へ", from: "審査中", to: "完了", filterCond: "" },
    ],
  });
  await deploy(client, app);
});

test("records are added, read, changed and deleted", async () => {
  await client.record.addRecord({
    app: master,
    record: { 制度番号: { value: "S-1" }, 制度名: { value: "空き家改修" } },
  });
  const { id, revision } = await client.record.addRecord({
    app,
    record: {
      制度: { value: "S-1" },
      申請者: { value: "下妻太郎" },
      金額: { value: "100" },
      区分: { value: "新規" },
      明細: { value: [{ value: { 費目: { value: "材料" } } }] },
    },
  });
  assert.equal(revision, "1");
  const { record } = await client.record.getRecord({ app, id });
  assert.equal(record["制度名"].value, "空き家改修");
  assert.equal(record["ステータス"].value, "未処理");
  assert.equal(record["明細"].value[0].value["費目"].value, "材料");
  const changed = await client.record.updateRecord({ app, id, revision: 1, record: { 金額: { value: 250 } } });
  assert.equal(changed.revision, "2");
  const { records, totalCount } = await client.record.getRecords({
    app,
    query: '申請者 = "下妻太郎"',
    fields: ["金額"],
    totalCount: true,
  });
  assert.equal(totalCount, "1");
  assert.deepEqual(records, [{ 金額: { type: "NUMBER", value: "250" } }]);
  await client.record.deleteRecords({ app, ids: [id] });
  await assert.rejects(client.record.getRecord({ app, id }), { code: "GAIA_RE01" });
});

test("a record is added or changed by its key", async () => {
  const updateKey = { field: "申請者", value: "旭川花子" };
  const first = await client.record.upsertRecord({ app, updateKey, record: { 金額: { value: 1 } } });
  const second = await client.record.upsertRecord({ app, updateKey, record: { 金額: { value: 2 } } });
  assert.equal(second.id, first.id);
  assert.equal(second.revision, "2");
  const { records } = await client.record.updateRecords({
    app,
    upsert: true,
    records: [
      { updateKey, record: { 金額: { value: 3 } } },
      { updateKey: { field: "申請者", value: "函館次郎" }, record: {} },
    ],
  });
  assert.deepEqual(records.map((each) => each.operation), ["UPDATE", "INSERT"]);
});

test("records move through the process and get new assignees", async () => {
  const { ids: added } = await client.record.addRecords({ app, records: [{}, {}] });
  const [first, second] = added;
  const moved = await client.record.updateRecordStatus({ app, id: first, action: "審査へ" });
  assert.equal(moved.revision, "3");
  const { records } = await client.record.updateRecordsStatus({
    app,
    records: [{ id: first, action: "完了へ" }, { id: second, action: "審査へ" }],
  });
  assert.deepEqual(records.map((each) => each.id), [first, second]);
  await client.record.updateRecordAssignees({ app, id: second, assignees: [process.env.LOGIN] });
  const { record } = await client.record.getRecord({ app, id: second });
  assert.equal(record["ステータス"].value, "審査中");
  assert.deepEqual(record["作業者"].value.map((each) => each.code), [process.env.LOGIN]);
});

test("many records travel through bulk requests and pages", async () => {
  const many = await makeApp(client, "台帳", { ...text("名前", { unique: true }), ...text("備考") });
  const records = Array.from({ length: 150 }, (_, index) => ({ 名前: { value: `名前${index}` } }));
  await client.record.addAllRecords({ app: many, records });
  const fields = ["$id", "名前"];
  const all = await client.record.getAllRecords({ app: many, fields });
  assert.equal(all.length, 150);
  assert.deepEqual(ids(await client.record.getAllRecordsWithId({ app: many, fields })), ids(all));
  assert.deepEqual(ids(await client.record.getAllRecordsWithOffset({ app: many, fields, orderBy: "$id asc" })), ids(all));
  const changes = all.map((each) => ({ id: each.$id.value, record: { 備考: { value: "済" } } }));
  await client.record.updateAllRecords({ app: many, records: changes });
  assert.equal((await client.record.getAllRecords({ app: many, condition: '備考 = "済"' })).length, 150);
  await client.record.deleteAllRecords({ app: many, records: all.map((each) => ({ id: each.$id.value })) });
  assert.deepEqual(await client.record.getAllRecords({ app: many }), []);
});

const adding = (record) => ({ method: "POST", api: "/k/v1/record.json", payload: { app, record } });

test("a bulk request takes place as a whole or not at all", async () => {
  const done = await client.bulkRequest({
    requests: [adding({ 申請者: { value: "追加" } }), { method: "PUT", endpointName: "records", payload: { app, records: [] } }],
  });
  assert.equal(done.results.length, 2);
  const before = (await client.record.getAllRecords({ app, fields: ["$id"] })).length;
  await assert.rejects(
    client.bulkRequest({ requests: [adding({ 申請者: { value: "一人目" } }), adding({ 金額: { value: "多い" } })] }),
    (error) => {
      assert.equal(error.bulkRequestIndex, 1);
      assert.equal(error.code, "CB_VA01");
      return true;
    },
  );
  assert.equal((await client.record.getAllRecords({ app, fields: ["$id"] })).length, before);
});

test("a file is uploaded, attached and downloaded", async () => {
  const { fileKey } = await client.file.uploadFile({ file: { name: "要綱.txt", data: Buffer.from("補助金交付要綱") } });
  const { id } = await client.record.addRecord({ app, record: { 添付: { value: [{ fileKey }] } } });
  const { record } = await client.record.getRecord({ app, id });
  const [attached] = record["添付"].value;
  assert.equal(attached.name, "要綱.txt");
  assert.notEqual(attached.fileKey, fileKey);
  const data = await client.file.downloadFile({ fileKey: attached.fileKey });
  assert.equal(Buffer.from(data).toString(), "補助金交付要綱");
});

test("what a caller may do with records can be asked for", async () => {
  const { id } = await client.record.addRecord({ app, record: { 申請者: { value: "権利を確かめる" } } });
  const { rights } = await client.app.evaluateRecordsAcl({ app, ids: [id] });
  assert.equal(rights[0].id, id);
  assert.deepEqual(rights[0].record, { viewable: true, editable: true, deletable: true });
});
