/** A colour as a colour field has it, and how much of it is seen. */
export interface Shade {
  /** `#rrggbb` */
  color: string;
  /** 0 to 1. */
  opacity: number;
}

export function shadeOf(text: string): Shade {
  const [, color, alpha] = /^(#[\da-f]{6})([\da-f]{2})?$/i.exec(text) ?? [];
  if (color === undefined) return { color: "#000000", opacity: 0 };
  return { color, opacity: alpha === undefined ? 1 : parseInt(alpha, 16) / 0xff };
}

export function textOf({ color, opacity }: Shade): string {
  const alpha = Math.round(Math.max(0, Math.min(opacity, 1)) * 0xff);
  return alpha === 0xff ? color : `${color}${alpha.toString(16).padStart(2, "0")}`;
}
