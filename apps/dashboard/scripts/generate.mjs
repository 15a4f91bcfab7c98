// Makes src/client/generated from what the host's `cargo xtask generate` wrote down.
import { mkdir, readFile, writeFile } from "node:fs/promises";

import { compile } from "json-schema-to-typescript";
import openapi, { astToString } from "openapi-typescript";

const root = new URL("../../../", import.meta.url);
const target = new URL("../src/client/generated/", import.meta.url);

/** The families whose payloads the pages read. */
const FAMILIES = ["channel", "connector", "plugin"];

const banner = (source) => `// Made by \`npm run generate\` from ${source}. Do not edit.\n\n`;

async function views() {
  const source = "docs/src/reference/openapi.json";
  const document = JSON.parse(await readFile(new URL(source, root), "utf8"));
  const text = astToString(await openapi({ ...document, paths: {} }));
  await writeFile(new URL("views.ts", target), banner(source) + text);
}

async function topics() {
  const source = "docs/reference/schemas";
  const properties = {};
  const definitions = {};
  for (const family of FAMILIES) {
    const path = new URL(`${source}/${family}.json`, root);
    const { topics } = JSON.parse(await readFile(path, "utf8"));
    for (const [topic, { payload }] of Object.entries(topics)) {
      const { $defs = {}, ...schema } = payload;
      delete schema.$schema;
      Object.assign(definitions, $defs);
      properties[topic] = schema;
    }
  }
  const schema = {
    title: "TopicPayloads",
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    $defs: definitions,
  };
  const text = await compile(schema, "TopicPayloads", {
    additionalProperties: false,
    bannerComment: "",
    format: false,
  });
  await writeFile(new URL("topics.ts", target), banner(source) + text);
}

await mkdir(target, { recursive: true });
await Promise.all([views(), topics()]);
