import clsx from "clsx";
import type { ComponentProps, ReactNode } from "react";

type Look = {
  variant?: "primary" | "secondary" | "ghost" | "danger";
  size?: "small" | "medium";
};

export type ButtonProps = ComponentProps<"button"> &
  Look & { icon?: ReactNode; /** Shown, and keeps it from being pressed twice. */ busy?: boolean };

const VARIANTS = {
  primary: "bg-accent text-accent-ink border-transparent hover:bg-accent-hover font-semibold",
  secondary: "bg-surface text-ink border-line-strong/60 hover:bg-hover",
  ghost: "bg-transparent text-ink-muted border-transparent hover:bg-hover hover:text-ink",
  danger: "bg-surface text-danger border-danger/50 hover:bg-danger-soft",
};

/** How a button looks, for links that look like one. */
export function buttonClass({ variant = "secondary", size = "medium" }: Look): string {
  return clsx(
    "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-lg border whitespace-nowrap",
    "transition-colors disabled:cursor-not-allowed disabled:opacity-50",
    size === "small" ? "min-h-8 px-2.5 text-sm" : "min-h-9 px-3.5",
    VARIANTS[variant],
  );
}

export function Button(props: ButtonProps) {
  const { variant, size, icon, busy = false, className, children, disabled, ...rest } = props;
  const look = { ...(variant && { variant }), ...(size && { size }) };
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      disabled={disabled === true || busy}
      className={clsx(buttonClass(look), className)}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}

/** A button with a picture only; `label` is read out, and shown when the pointer rests on it. */
export function IconButton(props: Omit<ButtonProps, "icon"> & { label: string }) {
  const { label, className, children, ...rest } = props;
  return (
    <Button
      variant="ghost"
      size="small"
      aria-label={label}
      title={label}
      className={clsx("min-w-8 px-0", className)}
      {...rest}
    >
      {children}
    </Button>
  );
}
