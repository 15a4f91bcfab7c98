type Channels = readonly [number, number, number];

/** What the guidelines for accessible pages ask of text. */
const LEAST_CONTRAST = 4.5;

/** The lightest that text stands on in the dark theme, and the darkest in the light one: `raised`. */
const GROUNDS = { light: "#f5f3f0", dark: "#23211f" };

/** The colour, as far from the ground as it takes to read it: darker or lighter, of the same hue. */
export function readable(color: string, ground: string): string {
  const ink = channels(color);
  const behind = channels(ground);
  if (contrast(ink, behind) >= LEAST_CONTRAST) return color;
  const end: Channels =
    contrast([0, 0, 0], behind) > contrast([255, 255, 255], behind) ? [0, 0, 0] : [255, 255, 255];
  let [near, far] = [0, 1];
  for (let step = 0; step < 8; step += 1) {
    const middle = (near + far) / 2;
    if (contrast(mixed(ink, end, middle), behind) >= LEAST_CONTRAST) far = middle;
    else near = middle;
  }
  return `#${mixed(ink, end, far)
    .map((channel) => channel.toString(16).padStart(2, "0"))
    .join("")}`;
}

/** Readable on the page, whichever theme it has. */
export function readableInThemes(color: string): string {
  return `light-dark(${readable(color, GROUNDS.light)}, ${readable(color, GROUNDS.dark)})`;
}

/** Of two colours, `#rrggbb`: 1 to 21. */
export function contrastOf(one: string, other: string): number {
  return contrast(channels(one), channels(other));
}

function contrast(one: Channels, other: Channels): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function mixed(from: Channels, to: Channels, share: number): Channels {
  const mix = (index: 0 | 1 | 2) => Math.round(from[index] + (to[index] - from[index]) * share);
  return [mix(0), mix(1), mix(2)];
}

/** Relative luminance, as the guidelines reckon it. */
function luminance(color: Channels): number {
  const [red, green, blue] = color.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(color: string): Channels {
  const at = (index: number) => parseInt(color.slice(index, index + 2), 16);
  return [at(1), at(3), at(5)];
}
