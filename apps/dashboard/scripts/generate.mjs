// Makes src/client/generated from what the host's `cargo xtask generate` wrote down. With `--check`,
// only says whether it would change anything.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";

import { compile } from "json-schema-to-typescript";
import openapi, { astToString } from "openapi-typescript";
import ts from "typescript";

const root = new URL("../../../", import.meta.url);
const target = new URL("../src/client/generated/", import.meta.url);

/** The families whose payloads the pages read. */
const FAMILIES = ["channel", "connector", "plugin"];

/** What pages send, which may leave out what has a default; what the host sends has it. */
const SENT = ["ClientFrame", "RequestId"];

const banner = (...sources) =>
  `// Made by \`npm run generate\` from ${sources.join(" and ")}. Do not edit.\n\n`;

const read = async (path) => JSON.parse(await readFile(new URL(path, root), "utf8"));

/** The host's views, from the description of its API, and the frames, from that of its pages. */
async function schemas() {
  const sources = ["docs/src/reference/openapi.json", "docs/src/reference/pages.json"];
  const [document, pages] = await Promise.all(sources.map(read));
  const known = document.components.schemas;
  for (const [name, schema] of Object.entries(pages.$defs)) {
    const moved = asComponent(schema, SENT.includes(name));
    if (name in known && !isDeepStrictEqual(known[name], moved)) {
      throw new Error(`${sources.join(" and ")} differ about ${name}`);
    }
    known[name] = moved;
  }
  const tree = await openapi(
    { openapi: document.openapi, info: document.info, components: { schemas: known } },
    {
      transform: (schema) => {
        const type = anyJson(schema);
        return type && ts.factory.createTypeReferenceNode(type);
      },
      defaultNonNullable: false,
      rootTypes: true,
      rootTypesNoSchemaPrefix: true,
    },
  );
  const imports = 'import type { Json, JsonObject } from "../frames";\n\n';
  return banner(...sources) + imports + astToString(tree);
}

/** What a schema is called that leaves open what it describes. */
function anyJson({ type, properties, additionalProperties, ...rest }) {
  if (type === "object" && !properties && additionalProperties === true) return "JsonObject";
  const isOpen = type === undefined && !properties && additionalProperties === undefined;
  return isOpen && Object.keys(rest).every((key) => key === "description") ? "Json" : undefined;
}

/** A definition of JSON Schema as a component of OpenAPI 3.1, which is the same but for its references. */
function asComponent(schema, isSent) {
  if (Array.isArray(schema)) return schema.map((part) => asComponent(part, isSent));
  if (schema === true) return {};
  if (schema === null || typeof schema !== "object") return schema;
  const { $ref, ...rest } = schema;
  const parts = Object.entries(rest).map(([key, part]) => {
    // What stands there are names, of which one may be a word of the schema.
    if (key === "properties") {
      const named = Object.entries(part).map(([name, inner]) => [name, asComponent(inner, isSent)]);
      return [key, Object.fromEntries(named)];
    }
    const isData = key === "const" || key === "default" || key === "enum";
    const isFlag = key === "additionalProperties" && typeof part === "boolean";
    return [key, isData || isFlag ? part : asComponent(part, isSent)];
  });
  const component = Object.fromEntries(parts);
  const { properties, required = [] } = component;
  if (properties && !isSent) {
    const filled = Object.keys(properties).filter((key) => "default" in properties[key]);
    component.required = [...new Set([...required, ...filled])];
  }
  if (!$ref) return component;
  const reference = { $ref: $ref.replace("#/$defs/", "#/components/schemas/") };
  // What stands beside a reference is overlooked by readers of older drafts.
  return properties ? { allOf: [reference, component] } : reference;
}

async function topics() {
  const source = "docs/reference/schemas";
  const properties = {};
  const definitions = {};
  for (const family of FAMILIES) {
    const { topics } = await read(`${source}/${family}.json`);
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
  return banner(source) + text;
}

/** Writes a file, or tells that it is not what it would be. */
async function keep(name, text) {
  const file = new URL(name, target);
  if (!process.argv.includes("--check")) {
    await writeFile(file, text);
    return;
  }
  const there = await readFile(file, "utf8").catch(() => "");
  if (there === text) return;
  console.error(`src/client/generated/${name} is not what the host describes: npm run generate`);
  process.exitCode = 1;
}

await mkdir(target, { recursive: true });
await Promise.all([keep("schemas.ts", await schemas()), keep("topics.ts", await topics())]);
