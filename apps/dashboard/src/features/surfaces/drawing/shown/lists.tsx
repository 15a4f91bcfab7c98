import { useLayoutEffect, useRef } from "react";

import { asItems, asList, asText } from "../reading";
import type { KindProps } from "../surface";
import { useSurface, useValue } from "../surface";
import { NamedIcon } from "./icon";

export function Items({ branch }: KindProps<"items">) {
  const { locale, tint } = useSurface();
  const items = asItems(useValue(branch.node.value), locale);
  if (items.length === 0) return null;
  return (
    <ul className="drawn-items">
      {items.map(({ key, text, detail, icon, color }) => (
        <li key={key} className="drawn-item">
          {icon && <NamedIcon name={icon} />}
          <span className="drawn-item-text" style={color ? tinted(tint(color)) : undefined}>
            {text}
          </span>
          {detail && <span className="drawn-item-detail">{detail}</span>}
        </li>
      ))}
    </ul>
  );
}

/** A property of its own, so that the sheet says where it counts. */
function tinted(color: string): React.CSSProperties {
  return { "--tint": color } as React.CSSProperties;
}

/** How far from its end a log may be and still follow what is added. */
const FOLLOWS_WITHIN_PIXELS = 24;

export function Log({ branch }: KindProps<"log">) {
  const { locale } = useSurface();
  const all = asList(useValue(branch.node.value));
  const first = Math.max(0, all.length - Math.max(1, branch.node.kind.lines));
  const place = useRef<HTMLDivElement>(null);
  const follows = useRef(true);

  useLayoutEffect(() => {
    const element = place.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [all.length, all]);

  return (
    <div
      ref={place}
      role="log"
      className="drawn-log"
      // A person who only has a keyboard scrolls it with the arrow keys.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < FOLLOWS_WITHIN_PIXELS;
      }}
    >
      {all.slice(first).map((line, index) => (
        <div key={first + index} className="drawn-log-line">
          {asText(line, locale)}
        </div>
      ))}
    </div>
  );
}
