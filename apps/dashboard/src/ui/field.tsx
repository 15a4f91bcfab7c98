import clsx from "clsx";
import { Switch as RadixSwitch } from "radix-ui";
import { useId, type ComponentProps, type ReactNode } from "react";

const BOX =
  "w-full rounded-lg border border-line-strong bg-surface px-3 text-ink placeholder:text-ink-muted " +
  "disabled:opacity-60 aria-invalid:border-danger";

type Labels = {
  label: string;
  description?: ReactNode | undefined;
  /** What is wrong with the value, and what would be right. */
  problem?: string | undefined;
};

/** What ties a control to its label, its description and what is wrong with it. */
function useLabels({ description, problem }: Labels) {
  const id = useId();
  const described = [description && `${id}-description`, problem && `${id}-problem`].filter(
    Boolean,
  );
  return {
    id,
    "aria-invalid": problem ? true : undefined,
    "aria-describedby": described.length > 0 ? described.join(" ") : undefined,
  } as const;
}

function Labelled(props: Labels & { id: string; children: ReactNode }) {
  const { id, label, description, problem, children } = props;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children}
      <Notes id={id} description={description} problem={problem} />
    </div>
  );
}

function Notes({ id, description, problem }: Omit<Labels, "label"> & { id: string }) {
  return (
    <>
      {description && (
        <p id={`${id}-description`} className="text-sm text-ink-muted">
          {description}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} role="alert" className="text-sm text-danger">
          {problem}
        </p>
      )}
    </>
  );
}

export function TextField(props: Labels & Omit<ComponentProps<"input">, "id">) {
  const { label, description, problem, className, ...rest } = props;
  const labels = useLabels(props);
  return (
    <Labelled {...{ label, description, problem }} id={labels.id}>
      <input type="text" {...labels} className={clsx(BOX, "min-h-9", className)} {...rest} />
    </Labelled>
  );
}

export function TextArea(props: Labels & Omit<ComponentProps<"textarea">, "id">) {
  const { label, description, problem, className, ...rest } = props;
  const labels = useLabels(props);
  return (
    <Labelled {...{ label, description, problem }} id={labels.id}>
      <textarea rows={4} {...labels} className={clsx(BOX, "py-2", className)} {...rest} />
    </Labelled>
  );
}

/** A choice. The browser's own control is the one that works everywhere, phones included. */
export function SelectField(
  props: Labels &
    Omit<ComponentProps<"select">, "id"> & { choices: { value: string; label: string }[] },
) {
  const { label, description, problem, choices, className, ...rest } = props;
  const labels = useLabels(props);
  return (
    <Labelled {...{ label, description, problem }} id={labels.id}>
      <select {...labels} className={clsx(BOX, "min-h-9", className)} {...rest}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** Yes or no, at once. */
export function SwitchField(
  props: Labels & { checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean },
) {
  const { label, description, problem, checked, onChange, disabled = false } = props;
  const labels = useLabels(props);
  return (
    <div className="flex items-start gap-3">
      <Switch {...labels} checked={checked} disabled={disabled} onCheckedChange={onChange} />
      <div className="min-w-0 flex-1">
        <label htmlFor={labels.id} className="font-medium">
          {label}
        </label>
        <Notes id={labels.id} description={description} problem={problem} />
      </div>
    </div>
  );
}

export function Switch({ className, ...rest }: ComponentProps<typeof RadixSwitch.Root>) {
  return (
    <RadixSwitch.Root
      className={clsx(
        "relative mt-0.5 h-5 w-9 shrink-0 rounded-full border border-line-strong bg-raised transition-colors",
        "data-[state=checked]:border-good data-[state=checked]:bg-good disabled:opacity-50",
        className,
      )}
      {...rest}
    >
      <RadixSwitch.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-[1.15rem] data-[state=checked]:bg-surface" />
    </RadixSwitch.Root>
  );
}

/** A field to search in, with its label for those who can't see it. */
export function SearchField(props: Omit<ComponentProps<"input">, "type"> & { label: string }) {
  const { label, className, ...rest } = props;
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={label}
      autoComplete="off"
      className={clsx(BOX, "min-h-9", className)}
      {...rest}
    />
  );
}
