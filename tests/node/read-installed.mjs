// Lists the installed apps with their fields and records through kintone's official client, as JSON.
import { readFileSync } from "node:fs";
import { KintoneRestAPIClient } from "@kintone/rest-api-client";

const { workspace } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const client = new KintoneRestAPIClient({
  baseUrl: workspace.kintone_url,
  auth: { username: workspace.user, password: workspace.password },
});
const { apps } = await client.app.getApps({});
const read = [];
for (const { appId, name } of apps) {
  const { properties } = await client.app.getFormFields({ app: appId });
  const records = await client.record.getAllRecords({ app: appId });
  read.push({ appId, name, properties, records: records.length });
}
console.log(JSON.stringify(read));
