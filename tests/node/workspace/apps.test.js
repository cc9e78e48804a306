// Apps and their settings: what is written in preview is read back, and is in use after the deploy.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { KintoneRestAPIError } from "@kintone/rest-api-client";
import { client, deploy, makeApp, options, text } from "./client.js";

let master;
let app;

before(async () => {
  master = await makeApp(client, "補助金制度", { ...text("制度番号", { unique: true }), ...text("制度名") });
  ({ app } = await client.app.addApp({ name: "補助金申請" }));
  await client.app.addFormFields({
    app,
    properties: {
      ...text("制度", {
        lookup: {
          relatedApp: { app: master },
          relatedKeyField: "制度番号",
          fieldMappings: [{ field: "制度名", relatedField: "制度名" }],
          lookupPickerFields: ["制度名"],
          filterCond: "",
          sort: "制度番号 asc",
        },
      }),
      ...text("制度名"),
      ...text("申請者", { unique: true }),
      ...text("不要"),
      金額: { type: "NUMBER", code: "金額", label: "金額" },
      区分: { type: "DROP_DOWN", code: "区分", label: "区分", options: options("新規", "継続") },
      群: { type: "GROUP", code: "群", label: "詳細", openGroup: true },
      明細: { type: "SUBTABLE", code: "明細", label: "明細", fields: text("費目") },
    },
  });
});

const cell = (type, code, width) => ({ type, code, size: { width } });
const LAYOUT = [
  { type: "ROW", fields: [cell("SINGLE_LINE_TEXT", "制度", "200"), cell("SINGLE_LINE_TEXT", "制度名", "200")] },
  {
    type: "GROUP",
    code: "群",
    layout: [
      {
        type: "ROW",
        fields: [
          cell("SINGLE_LINE_TEXT", "申請者", "200"),
          cell("NUMBER", "金額", "100"),
          cell("DROP_DOWN", "区分", "100"),
        ],
      },
    ],
  },
  { type: "SUBTABLE", code: "明細", fields: [cell("SINGLE_LINE_TEXT", "費目", "200")] },
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
  await client.app.updateFormFields({ app, properties: { 金額: { type: "NUMBER", code: "金額", label: "申請額" } } });
  await client.app.deleteFormFields({ app, fields: ["不要"] });
  await client.app.updateFormLayout({ app, layout: LAYOUT });
  await client.app.updateViews({ app, views: VIEWS });
  await client.app.updateProcessManagement({ app, enable: true, states: STATES, actions: ACTIONS });
  await client.app.updateAppSettings({ app, description: "交付申請を受け付けます。", theme: "BLUE" });
  await deploy(client, app);

  const layout = await client.app.getFormLayout({ app });
  assert.deepEqual(layout.layout, LAYOUT);
  const { views } = await client.app.getViews({ app });
  assert.match(views["受付中"].id, /^\d+$/);
  assert.deepEqual({ ...views["受付中"], id: undefined }, { ...VIEWS["受付中"], id: undefined });
  const process = await client.app.getProcessManagement({ app });
  assert.equal(process.enable, true);
  assert.deepEqual(process.states, STATES);
  assert.deepEqual(process.actions, [{ ...ACTIONS[0], type: "PRIMARY" }]);
  assert.equal((await client.app.getAppSettings({ app })).theme, "BLUE");
  const fields = await client.app.getFormFields({ app, lang: "ja" });
  assert.equal(fields.revision, layout.revision);
  assert.equal(fields.properties["金額"].label, "申請額");
  assert.equal(fields.properties["不要"], undefined);
  assert.equal(fields.properties["制度"].lookup.relatedApp.app, master);
  assert.equal(fields.properties["ステータス"].enabled, true);
  assert.equal((await client.app.getApp({ id: app })).name, "補助金申請");
  const listed = await client.app.getApps({ ids: [master, app] });
  assert.deepEqual(listed.apps.map((each) => each.appId), [master, app]);
});

const EVERYONE = { type: "GROUP", code: "everyone" };
const MAY_VIEW = {
  appEditable: false,
  recordViewable: true,
  recordAddable: false,
  recordEditable: false,
  recordDeletable: false,
  recordImportable: false,
  recordExportable: false,
};

test("permissions are written in preview and read in both stages", async () => {
  const creator = { entity: { type: "CREATOR", code: null }, includeSubs: false, ...MAY_VIEW, appEditable: true };
  await client.app.updateAppAcl({ app, rights: [creator, { entity: EVERYONE, includeSubs: false, ...MAY_VIEW }] });
  const grant = { entity: EVERYONE, viewable: true, editable: false, deletable: false, includeSubs: false };
  await client.app.updateRecordAcl({ app, rights: [{ filterCond: '区分 in ("継続")', entities: [grant] }] });
  const field = { entity: EVERYONE, accessibility: "READ", includeSubs: false };
  await client.app.updateFieldAcl({ app, rights: [{ code: "金額", entities: [field] }] });
  await deploy(client, app);
  for (const preview of [true, false]) {
    assert.equal((await client.app.getAppAcl({ app, preview })).rights[1].recordAddable, false);
    assert.deepEqual((await client.app.getRecordAcl({ app, preview })).rights[0].entities, [grant]);
    assert.deepEqual((await client.app.getFieldAcl({ app, preview })).rights[0].entities, [field]);
  }
});

test("notifications are written in preview and read in both stages", async () => {
  const to = { entity: { type: "USER", code: process.env.LOGIN }, includeSubs: false };
  const general = { ...to, recordAdded: true, recordEdited: false, commentAdded: true, statusChanged: true, fileImported: false };
  await client.app.updateGeneralNotifications({ app, notifications: [general], notifyToCommenter: false });
  const perRecord = { filterCond: "金額 > 100", title: "高額", targets: [to] };
  await client.app.updatePerRecordNotifications({ app, notifications: [perRecord] });
  const reminder = {
    timing: { code: "作成日時", daysLater: "1", hoursLater: "2" },
    filterCond: "",
    title: "翌日",
    targets: [to],
  };
  await client.app.updateReminderNotifications({ app, timezone: "Asia/Tokyo", notifications: [reminder] });
  await deploy(client, app);
  for (const preview of [true, false]) {
    assert.deepEqual((await client.app.getGeneralNotifications({ app, preview })).notifications, [general]);
    assert.deepEqual((await client.app.getPerRecordNotifications({ app, preview })).notifications, [perRecord]);
    assert.deepEqual((await client.app.getReminderNotifications({ app, preview })).notifications, [reminder]);
  }
});

test("reports, actions, scripts and the note for administrators are kept", async () => {
  const reports = {
    区分別: {
      chartType: "COLUMN",
      chartMode: "NORMAL",
      name: "区分別",
      index: "0",
      groups: [{ code: "区分" }],
      aggregations: [{ type: "COUNT" }],
      filterCond: "",
      sorts: [],
    },
  };
  assert.match((await client.app.updateReports({ app, reports })).reports["区分別"].id, /^\d+$/);
  const mappings = [{ srcType: "FIELD", srcField: "制度名", destField: "制度名" }];
  const copy = { name: "写す", index: "0", destApp: { app: master }, mappings, entities: [EVERYONE], filterCond: "" };
  assert.match((await client.app.updateAppActions({ app, actions: { 写す: copy } })).actions["写す"].id, /^\d+$/);
  const js = [{ type: "URL", url: "https://example.com/a.js" }];
  await client.app.updateAppCustomize({ app, scope: "ADMIN", desktop: { js } });
  await client.app.updateAdminNotes({ app, content: "引き継ぎ", includeInTemplateAndDuplicates: true });
  await deploy(client, app);
  for (const preview of [true, false]) {
    assert.equal((await client.app.getReports({ app, preview })).reports["区分別"].chartType, "COLUMN");
    assert.deepEqual((await client.app.getAppActions({ app, preview })).actions["写す"].mappings, mappings);
    assert.deepEqual((await client.app.getAppCustomize({ app, preview })).desktop.js, js);
    assert.equal((await client.app.getAdminNotes({ app, preview })).content, "引き継ぎ");
  }
});

test("an administrator sees the numbers of the apps", async () => {
  const { apps } = await client.app.getStatistics({ limit: 100 });
  const found = apps.find((each) => each.id === master);
  assert.equal(found.status, "ACTIVATED");
  assert.equal(found.fieldCount, "2");
  assert.equal(found.space, null);
});

test("a refusal arrives as the client's own error", async () => {
  await assert.rejects(client.app.getFormFields({ app: 99999 }), (error) => {
    assert.ok(error instanceof KintoneRestAPIError);
    assert.equal(error.status, 404);
    assert.equal(error.code, "GAIA_AP01");
    return true;
  });
});
