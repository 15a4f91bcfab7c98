/** Between two updates of a list, in milliseconds: nobody reads faster. */
const LEAST_GAP = 33;

/** What drawing may take of the time; the rest is for scrolling, typing and all else on the page. */
const LARGEST_SHARE = 1 / 8;

type Clock = { frame: (draw: () => void) => void; now: () => number };

const CLOCK: Clock = {
  frame: (draw) => requestAnimationFrame(draw),
  now: () => performance.now(),
};

/**
 * Draws in a frame, at most thirty times a second, and less often where drawing takes long: a machine
 * that plays a game besides gets calmer updates, not fewer frames.
 */
export function paced({ frame, now }: Clock = CLOCK): (draw: () => void) => void {
  let next = -Infinity;
  return (draw) => {
    const wait = () =>
      frame(() => {
        const begun = now();
        if (begun < next) {
          wait();
          return;
        }
        draw();
        const took = now() - begun;
        next = begun + Math.max(LEAST_GAP, took / LARGEST_SHARE);
      });
    wait();
  };
}
