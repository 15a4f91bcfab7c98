import { Children } from "../drawing";
import type { KindProps } from "../surface";

const LARGEST_GAP = 16;
const GAP_PIXELS = 4;
const MOST_COLUMNS = 12;

export function Lane({ branch }: KindProps<"column" | "row">) {
  const { type, align, gap } = branch.node.kind;
  return (
    <div
      className={`drawn-${type} drawn-align-${align}`}
      style={{ gap: Math.min(gap, LARGEST_GAP) * GAP_PIXELS }}
    >
      <Children branch={branch} />
    </div>
  );
}

export function Grid({ branch }: KindProps<"grid">) {
  const columns = Math.max(1, Math.min(branch.node.kind.columns, MOST_COLUMNS));
  return (
    <div
      className="drawn-grid"
      style={{ gridTemplateColumns: `repeat(${String(columns)}, minmax(0, 1fr))` }}
    >
      <Children branch={branch} />
    </div>
  );
}

export function Card({ branch }: KindProps<"card">) {
  const { title } = branch.node.kind;
  return (
    <section className="drawn-card" {...(title && { "aria-label": title })}>
      {title && <h3 className="drawn-card-title">{title}</h3>}
      <Children branch={branch} />
    </section>
  );
}

export function Divider() {
  return <hr className="drawn-divider" />;
}

/** Where nobody can choose, the first of several is shown. */
export function FirstTab({ branch }: KindProps<"tabs">) {
  const first = branch.children[0];
  return first ? <Children branch={first} /> : null;
}
