// Plug-ins made by kintone's own packer are installed, updated, added to apps and removed.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { packPluginFromManifest } from "@kintone/plugin-packer/from-manifest";
import { client, deploy, makeApp, text } from "./client.js";

const source = mkdtempSync(join(tmpdir(), "plugin-"));
after(() => rmSync(source, { recursive: true }));
cpSync(new URL("../plugin", import.meta.url), source, { recursive: true });
const manifest = join(source, "manifest.json");

async function upload(packed) {
  const { fileKey } = await client.file.uploadFile({ file: { name: "plugin.zip", data: packed.plugin } });
  return fileKey;
}

test("a plug-in lives through its versions", async () => {
  const packed = await packPluginFromManifest(manifest);
  const installed = await client.plugin.installPlugin({ fileKey: await upload(packed) });
  assert.deepEqual(installed, { id: packed.id, version: "1" });
  const { plugins } = await client.plugin.getPlugins({ ids: [packed.id] });
  assert.deepEqual(plugins, [
    { id: packed.id, name: "Stamp", description: "Adds a stamp.", isMarketPlugin: false, version: "1" },
  ]);

  const changed = { ...JSON.parse(readFileSync(manifest, "utf8")), version: "1.1.0" };
  writeFileSync(manifest, JSON.stringify(changed));
  const newer = await packPluginFromManifest(manifest, packed.privateKey);
  assert.equal(newer.id, packed.id);
  const updated = await client.plugin.updatePlugin({ id: packed.id, fileKey: await upload(newer) });
  assert.deepEqual(updated, { id: packed.id, version: "1.1.0" });

  const app = await makeApp(client, "押印", text("件名"));
  await client.app.addPlugins({ app, ids: [packed.id] });
  await deploy(client, app);
  const added = await client.app.getPlugins({ app, lang: "ja" });
  assert.deepEqual(added.plugins, [{ id: packed.id, name: "押印", enabled: true }]);
  assert.deepEqual((await client.plugin.getApps({ id: packed.id })).apps, [{ id: app, name: "押印" }]);
  assert.deepEqual((await client.plugin.getRequiredPlugins({})).plugins, []);
  await client.plugin.uninstallPlugin({ id: packed.id });
  assert.deepEqual((await client.plugin.getRequiredPlugins({})).plugins.map((each) => each.id), [packed.id]);
});

test("a package whose content was changed after it was signed is refused", async () => {
  const { plugin } = await packPluginFromManifest(manifest);
  plugin[200] ^= 1;
  await assert.rejects(client.plugin.installPlugin({ fileKey: await upload({ plugin }) }), { code: "GAIA_PL03" });
});
