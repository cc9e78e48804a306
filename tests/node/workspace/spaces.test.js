// Spaces, their members, threads and apps; guest spaces on paths of their own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { client, connect, deploy, makeApp, text } from "./client.js";

const ADMIN = { entity: { type: "USER", code: process.env.LOGIN }, isAdmin: true };
const EVERYONE = { entity: { type: "GROUP", code: "everyone" } };
const addSpace = (name, more = {}) => client.space.addSpaceFromTemplate({ id: 1, name, members: [ADMIN], ...more });

test("a space is made, changed, filled and deleted", async () => {
  const { id } = await addSpace("防災");
  await client.space.updateSpace({ id, name: "防災課", useMultiThread: true, showMemberList: false });
  await client.space.updateSpaceBody({ id, body: "<b>会議</b><script>alert(1)</script>" });
  await client.space.updateSpaceMembers({ id, members: [ADMIN, EVERYONE] });
  const { id: thread } = await client.space.addThread({ space: id, name: "連絡" });
  await client.space.updateThread({ id: thread, name: "連絡板", body: "<i>本文</i>" });
  const { fileKey } = await client.file.uploadFile({ file: { name: "計画.txt", data: Buffer.from("計画") } });
  const comment = { text: "確認", mentions: [ADMIN.entity], files: [{ fileKey }] };
  assert.match((await client.space.addThreadComment({ space: id, thread, comment })).id, /^\d+$/);

  const app = await makeApp(client, "備蓄", text("品名"), { space: id });
  const space = await client.space.getSpace({ id });
  assert.equal(space.name, "防災課");
  assert.equal(space.body, "<b>会議</b>");
  assert.equal(space.showMemberList, false);
  assert.deepEqual(space.attachedApps.map((each) => [each.appId, each.threadId]), [[app, space.defaultThread]]);
  assert.equal((await client.app.getApp({ id: app })).spaceId, id);
  assert.deepEqual((await client.app.getApps({ spaceIds: [id] })).apps.map((each) => each.appId), [app]);
  const { members } = await client.space.getSpaceMembers({ id });
  assert.deepEqual(members[0], { ...ADMIN, isImplicit: false });
  const { spaces } = await client.space.getStatistics({});
  assert.equal(spaces.find((each) => each.id === id).administratorCount, "1");

  const { id: other } = await addSpace("税務");
  await client.app.move({ app, space: other });
  assert.equal((await client.app.getApp({ id: app })).spaceId, other);
  await client.app.move({ app, space: null });
  assert.equal((await client.app.getApp({ id: app })).spaceId, null);
  await client.space.deleteSpace({ id });
  await assert.rejects(client.space.getSpace({ id }), { code: "GAIA_SP01" });
});

test("a guest space is reached through its own path", async () => {
  const { id } = await addSpace("事業者", { isGuest: true });
  const guests = connect({ guestSpaceId: id });
  const app = await makeApp(guests, "見積", text("件名"), { space: id });
  await assert.rejects(client.record.getRecords({ app }), { code: "GAIA_IL23", status: 400 });
  await assert.rejects(client.app.getFormFields({ app }), { code: "GAIA_IL23" });
  const { id: record } = await guests.record.addRecord({ app, record: { 件名: { value: "倉庫" } } });
  assert.equal((await guests.record.getRecord({ app, id: record })).record["件名"].value, "倉庫");
  const done = await guests.bulkRequest({
    requests: [{ method: "POST", endpointName: "record", payload: { app, record: {} } }],
  });
  assert.equal(done.results.length, 1);
  assert.deepEqual((await guests.app.getApps({})).apps.map((each) => each.appId), [app]);

  const outside = await makeApp(client, "庁内", text("件名"));
  await assert.rejects(guests.record.getRecords({ app: outside }), { code: "CB_NO02", status: 403 });
  await assert.rejects(connect({ guestSpaceId: 999 }).app.getApps({}), { code: "CB_NO02" });
  await guests.app.updateAppSettings({ app, theme: "RED" });
  await deploy(guests, app);
  await guests.space.deleteSpace({ id });
});

test("guests are added, admitted and forgotten", async () => {
  const { id } = await addSpace("委託先", { isGuest: true });
  const code = "hanako@example.com";
  await client.space.addGuests({ guests: [{ name: "外部 花子", code, password: "abc123", timezone: "Asia/Tokyo" }] });
  await connect({ guestSpaceId: id }).space.updateSpaceGuests({ id, guests: [code] });
  await client.space.deleteGuests({ guests: [code] });
  await assert.rejects(client.space.deleteGuests({ guests: [code] }), { code: "GAIA_GU01" });
});
