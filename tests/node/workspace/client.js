// The official client as the tests of this folder use it: reads BASE_URL, LOGIN and PASSWORD from the environment, and
// notes in the folder CALLED which of its methods were called, so that none is forgotten.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { KintoneRestAPIClient } from "@kintone/rest-api-client";

const called = new Set();
process.on("exit", () => {
  writeFileSync(join(process.env.CALLED, `${process.pid}.json`), JSON.stringify([...called]));
});

function noting(prefix, target) {
  return new Proxy(target, {
    get(object, name) {
      const value = object[name];
      if (typeof value !== "function") return value;
      return (...parameters) => {
        called.add(`${prefix}${name}`);
        return value.apply(object, parameters);
      };
    },
  });
}

export function connect(options = {}) {
  const made = new KintoneRestAPIClient({
    baseUrl: process.env.BASE_URL,
    auth: { username: process.env.LOGIN, password: process.env.PASSWORD },
    ...options,
  });
  const whole = noting("", made);
  const parts = ["app", "record", "space", "file", "plugin"];
  const entries = parts.map((part) => [part, noting(`${part}.`, made[part])]);
  return Object.assign(Object.fromEntries(entries), { bulkRequest: whole.bulkRequest, search: whole.search });
}

export const client = connect();

export const options = (...labels) =>
  Object.fromEntries(labels.map((label, index) => [label, { label, index: String(index) }]));

export async function deploy(through, ...apps) {
  await through.app.deployApp({ apps: apps.map((app) => ({ app })) });
  const { apps: states } = await through.app.getDeployStatus({ apps });
  assert.deepEqual(states, apps.map((app) => ({ app, status: "SUCCESS" })));
}

export async function makeApp(through, name, properties, place = {}) {
  const { app } = await through.app.addApp({ name, ...place });
  await through.app.addFormFields({ app, properties });
  await deploy(through, app);
  return app;
}

export const text = (code, more = {}) => ({ [code]: { type: "SINGLE_LINE_TEXT", code, label: code, ...more } });

export const ids = (records) => records.map((record) => record.$id.value);
