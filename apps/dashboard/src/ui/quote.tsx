import type { ReactNode } from "react";

/**
 * What somebody else wrote, such as a plugin's reason: framed, with its author's name on the frame, so
 * that it can't pass for the host's own words. `children` is text, never markup.
 */
export function Quote({ author, children }: { author: string; children: ReactNode }) {
  return (
    <figure className="rounded-md border border-dashed border-line-strong/60 px-2.5 py-1.5 text-sm">
      <figcaption className="text-xs font-medium text-ink-muted">{author}</figcaption>
      <blockquote className="wrap-anywhere whitespace-pre-wrap">{children}</blockquote>
    </figure>
  );
}
