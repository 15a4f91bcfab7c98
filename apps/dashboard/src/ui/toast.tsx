import clsx from "clsx";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { Toast } from "radix-ui";
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from "react";

import { IconButton } from "./button";

export type Announcement = { tone: "good" | "danger"; text: string };
type Shown = Announcement & { id: number };

/** Older ones give way, so that a hundred failures are not a hundred boxes. */
const AT_ONCE = 4;
const MILLISECONDS = { good: 4_000, danger: 12_000 };

const ToastContext = createContext<(announcement: Announcement) => void>(() => undefined);

/** Says something in a corner for a while; a screen reader says it aloud. */
export function useToast() {
  return useContext(ToastContext);
}

export function ToastProvider(props: { label: string; closeLabel: string; children: ReactNode }) {
  const { label, closeLabel, children } = props;
  const [shown, setShown] = useState<Shown[]>([]);
  const announce = useCallback((announcement: Announcement) => {
    const entry = { ...announcement, id: Math.random() };
    setShown((before) => [...before.slice(1 - AT_ONCE), entry]);
  }, []);
  const dismiss = useCallback(
    (id: number) => setShown((before) => before.filter((entry) => entry.id !== id)),
    [],
  );
  const provider = useMemo(() => ({ label }), [label]);
  return (
    <ToastContext value={announce}>
      <Toast.Provider {...provider} swipeDirection="right">
        {children}
        {shown.map(({ id, tone, text }) => (
          <Toast.Root
            key={id}
            duration={MILLISECONDS[tone]}
            type={tone === "danger" ? "foreground" : "background"}
            onOpenChange={(open) => {
              if (!open) dismiss(id);
            }}
            className="flex animate-appear items-start gap-3 rounded-xl border border-line bg-surface py-2.5 pr-2 pl-3.5 shadow-float"
          >
            <span
              aria-hidden
              className={clsx("mt-1", tone === "danger" ? "text-danger" : "text-good")}
            >
              {tone === "danger" ? <CircleAlert size={17} /> : <CircleCheck size={17} />}
            </span>
            <Toast.Description className="flex-1 py-0.5 wrap-anywhere">{text}</Toast.Description>
            <Toast.Close asChild>
              <IconButton label={closeLabel}>
                <X size={16} />
              </IconButton>
            </Toast.Close>
          </Toast.Root>
        ))}
        <Toast.Viewport className="fixed right-4 bottom-20 z-50 flex w-96 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none md:bottom-4" />
      </Toast.Provider>
    </ToastContext>
  );
}
