import clsx from "clsx";
import { useId, type ComponentProps, type ReactNode } from "react";

export function Card({ className, ...rest }: ComponentProps<"div">) {
  return (
    <div
      className={clsx("rounded-xl border border-line bg-surface shadow-card", className)}
      {...rest}
    />
  );
}

/** A part of a page with a heading of its own. */
export function Section(props: {
  title: string;
  description?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { title, description, actions, children } = props;
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-8 first:mt-0">
      <div className="mb-3 flex flex-wrap items-end gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1">
          <h2 id={id} className="font-semibold">
            {title}
          </h2>
          {description && <p className="text-sm text-ink-muted">{description}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** The top of a page: its name, and what one can do on it. */
export function PageHeader(props: { title: string; description?: ReactNode; actions?: ReactNode }) {
  const { title, description, actions } = props;
  return (
    <header className="mb-6 flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-64">
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {description && <p className="mt-1 max-w-prose text-ink-muted">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

/** What stands where there is nothing yet: why, and what to do. */
export function Empty(props: { icon: ReactNode; title: string; children?: ReactNode }) {
  const { icon, title, children } = props;
  return (
    <div className="flex flex-col items-center gap-2 rounded-xl border border-dashed border-line-strong/60 px-6 py-10 text-center">
      <span aria-hidden className="text-ink-muted">
        {icon}
      </span>
      <p className="font-medium">{title}</p>
      {children && (
        <div className="flex max-w-prose flex-col items-center gap-3 text-ink-muted">
          {children}
        </div>
      )}
    </div>
  );
}
