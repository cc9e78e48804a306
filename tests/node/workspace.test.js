// The official client does a workspace's whole life: apps, settings, deploy, records, files.
// Reads BASE_URL, LOGIN and PASSWORD from the environment.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { KintoneRestAPIClient, KintoneRestAPIError } from "@kintone/rest-api-client";

const client = new KintoneRestAPIClient({
  baseUrl: process.env.BASE_URL,
  auth: { username: process.env.LOGIN, password: process.env.PASSWORD },
});

const options = (...labels) =>
  Object.fromEntries(labels.map((label, index) => [label, { label, index: String(index) }]));

let master;
let application;

async function deploy(...apps) {
  await client.app.deployApp({ apps: apps.map((app) => ({ app })) });
  const { apps: states } = await client.app.getDeployStatus({ apps });
  assert.deepEqual(states, apps.map((app) => ({ app, status: "SUCCESS" })));
}

before(async () => {
  ({ app: master } = await client.app.addApp({ name: "補助金制度" }));
  await client.app.addFormFields({
    app: master,
    properties: {
      制度番号: { type: "SINGLE_LINE_TEXT", code: "制度番号", label: "制度番号", unique: true, required: true },
      制度名: { type: "SINGLE_LINE_TEXT", code: "制度名", label: "制度名" },
    },
  });
  await deploy(master);

  ({ app: application } = await client.app.addApp({ name: "補助金申請" }));
  await client.app.addFormFields({
    app: application,
    properties: {
      制度: {
        type: "SINGLE_LINE_TEXT",
        code: "制度",
        label: "制度",
        lookup: {
          relatedApp: { app: master },
          relatedKeyField: "制度番号",
          fieldMappings: [{ field: "制度名", relatedField: "制度名" }],
          lookupPickerFields: ["制度名"],
          filterCond: "",
          sort: "制度番号 asc",
        },
      },
      制度名: { type: "SINGLE_LINE_TEXT", code: "制度名", label: "制度名" },
      申請者: { type: "SINGLE_LINE_TEXT", code: "申請者", label: "申請者", unique: true },
      金額: { type: "NUMBER", code: "金額", label: "金額" },
      区分: { type: "DROP_DOWN", code: "区分", label: "区分", options: options("新規", "継続") },
      添付: { type: "FILE", code: "添付", label: "添付" },
      群: { type: "GROUP", code: "群", label: "詳細", openGroup: true },
      明細: {
        type: "SUBTABLE",
        code: "明細",
        label: "明細",
        fields: { 費目: { type: "SINGLE_LINE_TEXT", code: "費目", label: "費目" } },
      },
    },
  });
});

const LAYOUT = [
  {
    type: "ROW",
    fields: [
      { type: "SINGLE_LINE_TEXT", code: "制度", size: { width: "200" } },
      { type: "SINGLE_LINE_TEXT", code: "制度名", size: { width: "200" } },
    ],
  },
  {
    type: "GROUP",
    code: "群",
    layout: [
      {
        type: "ROW",
        fields: [
          { type: "SINGLE_LINE_TEXT", code: "申請者", size: { width: "200" } },
          { type: "NUMBER", code: "金額", size: { width: "100" } },
          { type: "DROP_DOWN", code: "区分", size: { width: "100" } },
          { type: "FILE", code: "添付", size: { width: "200" } },
        ],
      },
    ],
  },
  { type: "SUBTABLE", code: "明細", fields: [{ type: "SINGLE_LINE_TEXT", code: "費目", size: { width: "200" } }] },
];

const VIEWS = {
  受付中: {
    type: "LIST",
    name: "受付中",
    index: "0",
    fields: ["申請者", "金額"],
    filterCond: '区分 in ("新規")',
    sort: "金額 desc",
  },
};

const STATES = {
  未処理: { name: "未処理", index: "0", assignee: { type: "ONE", entities: [] } },
  審査中: { name: "審査中", index: "1", assignee: { type: "ONE", entities: [] } },
};
const ACTIONS = [{ name: "審査へ", from: "未処理", to: "審査中", filterCond: "" }];

test("settings read back unchanged, before and after the deploy", async () => {
  const app = application;
  await client.app.updateFormLayout({ app, layout: LAYOUT });
  await client.app.updateViews({ app, views: VIEWS });
  await client.app.updateProcessManagement({ app, enable: true, states: STATES, actions: ACTIONS });
  await client.app.updateAppSettings({ app, description: "交付申請を受け付けます。", theme: "BLUE" });
  await deploy(app);

  const layout = await client.app.getFormLayout({ app });
  assert.deepEqual(layout.layout, LAYOUT);
  const { views } = await client.app.getViews({ app });
  assert.match(views["受付中"].id, /^\d+$/);
  assert.deepEqual({ ...views["受付中"], id: undefined }, { ...VIEWS["受付中"], id: undefined });
  const process = await client.app.getProcessManagement({ app });
  assert.equal(process.enable, true);
  assert.deepEqual(process.states, STATES);
  assert.deepEqual(process.actions, [{ ...ACTIONS[0], type: "PRIMARY" }]);
  const settings = await client.app.getAppSettings({ app });
  assert.equal(settings.theme, "BLUE");
  const fields = await client.app.getFormFields({ app });
  assert.equal(fields.revision, layout.revision);
  assert.equal(fields.properties["制度"].lookup.relatedApp.app, master);
  assert.equal(fields.properties["ステータス"].enabled, true);
  assert.equal((await client.app.getApp({ id: app })).name, "補助金申請");
  const listed = await client.app.getApps({ ids: [master, app] });
  assert.deepEqual(listed.apps.map((each) => each.appId), [master, app]);
});

test("permissions and notifications are read in preview and live", async () => {
  const app = application;
  for (const preview of [true, false]) {
    assert.equal((await client.app.getAppAcl({ app, preview })).rights.length, 2);
    assert.deepEqual((await client.app.getRecordAcl({ app, preview })).rights, []);
    assert.deepEqual((await client.app.getFieldAcl({ app, preview })).rights, []);
    assert.deepEqual((await client.app.getReports({ app, preview })).reports, {});
    assert.deepEqual((await client.app.getAppActions({ app, preview })).actions, {});
    assert.equal((await client.app.getAppCustomize({ app, preview })).scope, "ALL");
    assert.equal((await client.app.getGeneralNotifications({ app, preview })).notifyToCommenter, true);
    assert.deepEqual((await client.app.getPerRecordNotifications({ app, preview })).notifications, []);
    assert.deepEqual((await client.app.getReminderNotifications({ app, preview })).notifications, []);
  }
});

test("a refusal arrives as the client's own error", async () => {
  await assert.rejects(client.app.getFormFields({ app: 999 }), (error) => {
    assert.ok(error instanceof KintoneRestAPIError);
    assert.equal(error.status, 404);
    assert.equal(error.code, "GAIA_AP01");
    return true;
  });
});

test("records are added, read, changed and deleted", async () => {
  const app = application;
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

test("many records travel through bulk requests and pages", async () => {
  const app = application;
  const many = Array.from({ length: 150 }, (_, index) => ({
    申請者: { value: `申請者${index}` },
    金額: { value: String(index) },
  }));
  await client.record.addAllRecords({ app, records: many });
  const all = await client.record.getAllRecords({ app, fields: ["$id", "金額"] });
  assert.equal(all.length, 150);
  const updated = await client.bulkRequest({
    requests: [
      {
        method: "PUT",
        api: "/k/v1/record.json",
        payload: { app, updateKey: { field: "申請者", value: "申請者7" }, record: { 金額: { value: 7000 } } },
      },
      { method: "POST", api: "/k/v1/record.json", payload: { app, record: { 申請者: { value: "追加" } } } },
    ],
  });
  assert.equal(updated.results.length, 2);
  const found = await client.record.getAllRecords({ app, condition: "金額 = 7000" });
  assert.deepEqual(found.map((each) => each["申請者"].value), ["申請者7"]);
});

test("a bulk request takes place as a whole or not at all", async () => {
  const app = application;
  const before = (await client.record.getAllRecords({ app, fields: ["$id"] })).length;
  await assert.rejects(
    client.bulkRequest({
      requests: [
        { method: "POST", api: "/k/v1/record.json", payload: { app, record: { 申請者: { value: "一人目" } } } },
        { method: "POST", api: "/k/v1/record.json", payload: { app, record: { 金額: { value: "多い" } } } },
      ],
    }),
    (error) => {
      assert.equal(error.bulkRequestIndex, 1);
      assert.equal(error.code, "CB_VA01");
      return true;
    },
  );
  assert.equal((await client.record.getAllRecords({ app, fields: ["$id"] })).length, before);
});

test("a file is uploaded, attached and downloaded", async () => {
  const app = application;
  const { fileKey } = await client.file.uploadFile({ file: { name: "要綱.txt", data: Buffer.from("補助金交付要綱") } });
  const { id } = await client.record.addRecord({ app, record: { 添付: { value: [{ fileKey }] } } });
  const { record } = await client.record.getRecord({ app, id });
  const [attached] = record["添付"].value;
  assert.equal(attached.name, "要綱.txt");
  assert.notEqual(attached.fileKey, fileKey);
  const data = await client.file.downloadFile({ fileKey: attached.fileKey });
  assert.equal(Buffer.from(data).toString(), "補助金交付要綱");
});
