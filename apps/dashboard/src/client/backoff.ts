const FIRST_MILLISECONDS = 500;
const LONGEST_MILLISECONDS = 15_000;

/**
 * How long to wait before a try: twice as long each time, and somewhere between half of it and all
 * of it, so that many pages do not come back at the same moment.
 */
export function backoff(
  failures: number,
  random: () => number,
  longest = LONGEST_MILLISECONDS,
): number {
  const whole = Math.min(longest, FIRST_MILLISECONDS * 2 ** Math.min(failures, 10));
  return Math.round(whole * (0.5 + random() / 2));
}
