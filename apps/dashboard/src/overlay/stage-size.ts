/** What an overlay is placed on, in pixels: the usual size of a stream. */
export const STAGE = { width: 1920, height: 1080 };
