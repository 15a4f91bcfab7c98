import { asAmount, asNumber, asText } from "../reading";
import type { KindProps } from "../surface";
import { useSurface, useValue } from "../surface";

export function Stat({ branch }: KindProps<"stat">) {
  const { label, unit } = branch.node.kind;
  const { locale } = useSurface();
  const amount = asText(useValue(branch.node.value), locale);
  return (
    <dl className="drawn-stat">
      <dt className="drawn-label">{label}</dt>
      <dd className="drawn-stat-amount">
        {amount || "–"}
        {amount && unit && <span className="drawn-unit">{unit}</span>}
      </dd>
    </dl>
  );
}

export function Progress({ branch }: KindProps<"progress">) {
  const { label, maximum } = branch.node.kind;
  const { locale } = useSurface();
  const amount = asNumber(useValue(branch.node.value)) ?? 0;
  const share = maximum > 0 ? Math.max(0, Math.min(amount / maximum, 1)) : 0;
  const text = `${asAmount(amount, locale)} / ${asAmount(maximum, locale)}`;
  return (
    <div className="drawn-progress">
      <div className="drawn-progress-head">
        <span className="drawn-label">{label}</span>
        <span className="drawn-progress-text" aria-hidden>
          {text}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={maximum}
        aria-valuenow={Math.max(0, Math.min(amount, maximum))}
        aria-valuetext={text}
        className={share === 1 ? "drawn-track drawn-track-full" : "drawn-track"}
      >
        <div className="drawn-fill" style={{ transform: `scaleX(${String(share)})` }} />
      </div>
    </div>
  );
}
