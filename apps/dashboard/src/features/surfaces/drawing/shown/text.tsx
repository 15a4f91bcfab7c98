import { asText } from "../reading";
import type { KindProps } from "../surface";
import { useSurface, useValue } from "../surface";

export function Text({ branch }: KindProps<"text">) {
  const { style, tone } = branch.node.kind;
  const { locale } = useSurface();
  const text = asText(useValue(branch.node.value), locale);
  const className = `drawn-text drawn-text-${style} tone-${tone}`;
  return style === "heading" ? (
    <h3 className={className}>{text}</h3>
  ) : (
    <p className={className}>{text}</p>
  );
}
