import type { ReactNode } from "react";

import type { Json, JsonObject } from "@/client/frames";

import { httpsAddress } from "../address";
import { asList, asNumber, asObject, asText } from "../reading";
import type { KindProps } from "../surface";
import { useSurface, useValue } from "../surface";

/**
 * The host reads Markdown and sends what it means (`crates/surfaces/src/markdown.rs`); the page only
 * makes elements, so that there is nothing in a text that could become markup here.
 */
export function Markdown({ branch }: KindProps<"markdown">) {
  const { locale } = useSurface();
  const value = useValue(branch.node.value);
  const blocks = asObject(value)?.blocks;
  return (
    <div className="drawn-markdown">
      {blocks === undefined ? asText(value, locale) : asList(blocks).map(block)}
    </div>
  );
}

function block(value: Json, index: number): ReactNode {
  const part = asObject(value);
  switch (part?.type) {
    case "paragraph":
      return <p key={index}>{inlines(part)}</p>;
    case "list": {
      const start = asNumber(part.start);
      const items = asList(part.items).map((item, number) => (
        <li key={number}>{asList(item).map(block)}</li>
      ));
      return start === undefined ? (
        <ul key={index}>{items}</ul>
      ) : (
        <ol key={index} start={start}>
          {items}
        </ol>
      );
    }
    default:
      return null;
  }
}

function inlines(part: JsonObject): ReactNode {
  return asList(part.content).map(inline);
}

function inline(value: Json, index: number): ReactNode {
  const part = asObject(value);
  switch (part?.type) {
    case "text":
      return text(part);
    case "code":
      return <code key={index}>{text(part)}</code>;
    case "strong":
      return <strong key={index}>{inlines(part)}</strong>;
    case "emphasis":
      return <em key={index}>{inlines(part)}</em>;
    case "break":
      return <br key={index} />;
    case "link": {
      const { href } = part;
      const address = typeof href === "string" ? httpsAddress(href) : null;
      if (address === null) return <span key={index}>{inlines(part)}</span>;
      return (
        <a key={index} href={address} title={address} target="_blank" rel="noreferrer noopener">
          {inlines(part)}
        </a>
      );
    }
    default:
      return null;
  }
}

function text(part: JsonObject): string {
  return typeof part.text === "string" ? part.text : "";
}
