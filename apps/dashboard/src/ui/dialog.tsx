import { X } from "lucide-react";
import clsx from "clsx";
import { useEffect, useId, useRef, type ReactNode } from "react";

import { IconButton } from "./button";

/**
 * A question that comes before everything else. It is the browser's own dialog: it holds the focus,
 * makes the rest inert and closes with Escape without a style element, which the content security
 * policy would refuse.
 */
export function Dialog(props: {
  title: string;
  description?: ReactNode;
  closeLabel: string;
  onClose: () => void;
  /** The buttons, the one that does it last. */
  footer?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
}) {
  const { title, description, closeLabel, onClose, footer, wide = false, children } = props;
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-description` : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={clsx(
        "m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] flex-col overflow-hidden rounded-2xl border",
        "border-line bg-surface text-ink shadow-float open:flex open:animate-appear",
        wide ? "max-w-2xl" : "max-w-md",
      )}
    >
      <header className="flex items-start gap-4 px-5 pt-4 pb-3">
        <div className="min-w-0 flex-1">
          <h2 id={`${id}-title`} className="text-lg font-semibold">
            {title}
          </h2>
          {description && (
            <div id={`${id}-description`} className="mt-1 text-ink-muted">
              {description}
            </div>
          )}
        </div>
        <IconButton label={closeLabel} onClick={onClose}>
          <X size={18} />
        </IconButton>
      </header>
      {/* Not `flex-1`: where no height is given, WebKit takes its basis of 0% for nothing at all. */}
      {children && <div className="min-h-0 flex-auto overflow-y-auto px-5 pb-4">{children}</div>}
      {footer && (
        <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-raised px-5 py-3">
          {footer}
        </footer>
      )}
    </dialog>
  );
}
