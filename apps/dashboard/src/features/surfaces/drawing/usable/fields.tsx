import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { SelectField, SwitchField, TextArea, TextField } from "@/ui/field";

import { asAmount, asBoolean, asNumber, asText } from "../reading";
import type { KindProps } from "../surface";
import { useSurface } from "../surface";
import { AFTER_TYPING, AT_ONCE, mark, useField, WHILE_SLIDING } from "./use-field";

export function Toggle({ branch }: KindProps<"toggle">) {
  const { value, problem, disabled, change } = useField(branch, AT_ONCE);
  return (
    <div className="drawn-toggle" {...mark({ branch })}>
      <SwitchField
        label={branch.node.kind.label}
        checked={asBoolean(value)}
        onChange={change}
        {...{ problem, disabled }}
      />
    </div>
  );
}

export function Slider({ branch }: KindProps<"slider">) {
  const { label, minimum, maximum, step } = branch.node.kind;
  const { locale } = useSurface();
  const { value, problem, disabled, change, control } = useField(branch, WHILE_SLIDING);
  const id = useId();
  const amount = Math.max(minimum, Math.min(asNumber(value) ?? minimum, maximum));
  const share = maximum > minimum ? (amount - minimum) / (maximum - minimum) : 0;
  return (
    <div className="drawn-field" {...mark({ branch })}>
      <div className="drawn-slider-head">
        <label htmlFor={id}>{label}</label>
        <output htmlFor={id}>{asAmount(amount, locale)}</output>
      </div>
      <input
        type="range"
        id={id}
        className="drawn-slider"
        style={{ "--share": `${share * 100}%` } as React.CSSProperties}
        min={minimum}
        max={maximum}
        step={step}
        value={amount}
        disabled={disabled}
        onChange={({ target }) => change(target.valueAsNumber)}
        onPointerUp={control.flush}
      />
      {problem && (
        <p role="alert" className="drawn-problem">
          {problem}
        </p>
      )}
    </div>
  );
}

export function Select({ branch }: KindProps<"select">) {
  const { label, choices } = branch.node.kind;
  const { locale } = useSurface();
  const { value, problem, disabled, required, change } = useField(branch, AT_ONCE);
  const chosen = asText(value, locale);
  // A browser shows the first choice where the value is none of them, as if it were chosen.
  const none = choices.some((choice) => choice.value === chosen)
    ? []
    : [{ value: chosen, label: "" }];
  return (
    <div className="drawn-field" {...mark({ branch })}>
      <SelectField
        label={label}
        choices={[...none, ...choices]}
        value={chosen}
        onChange={({ target }) => change(target.value)}
        {...{ problem, disabled, required }}
      />
    </div>
  );
}

export function TextInput({ branch }: KindProps<"text-input">) {
  const { label, placeholder, lines, "max-length": maxLength } = branch.node.kind;
  const { locale } = useSurface();
  const { value, problem, disabled, change, control } = useField(branch, AFTER_TYPING, true);
  const shared = {
    label,
    placeholder,
    maxLength,
    problem,
    disabled,
    value: asText(value, locale),
    autoComplete: "off",
    onBlur: control.flush,
    ...mark({ branch }),
  };
  return (
    <div className="drawn-field">
      {lines > 1 ? (
        <TextArea
          rows={Math.min(lines, 20)}
          onChange={({ target }) => change(target.value)}
          {...shared}
        />
      ) : (
        <TextField
          onChange={({ target }) => change(target.value)}
          onKeyDown={({ key }) => {
            if (key === "Enter") control.flush();
          }}
          {...shared}
        />
      )}
    </div>
  );
}

export function NumberInput({ branch }: KindProps<"number-input">) {
  const { label, minimum, maximum, step } = branch.node.kind;
  const { t } = useTranslation("surfaces");
  const { locale } = useSurface();
  const { value, held, problem, disabled, required, change, control } = useField(
    branch,
    AFTER_TYPING,
    true,
  );
  // What is typed may be no number yet: `-`, or nothing.
  const [typed, setTyped] = useState<string | null>(null);
  const [wasHeld, setWasHeld] = useState(held);
  if (wasHeld !== held) {
    setWasHeld(held);
    // A form that was sent is empty again, also where the focus still is.
    if (required && !held) setTyped(null);
  }
  const shown = typed ?? asNumber(value)?.toString() ?? "";
  const fits = shown === "" || inRange(Number(shown), minimum, maximum);
  const range = { minimum: asAmount(minimum, locale), maximum: asAmount(maximum, locale) };
  return (
    <div className="drawn-field">
      <TextField
        type="number"
        inputMode="decimal"
        min={minimum}
        max={maximum}
        step={step}
        label={label}
        problem={fits ? problem : t("numberOutside", range)}
        disabled={disabled}
        required={required}
        value={shown}
        onChange={({ target }) => {
          setTyped(target.value);
          const number = target.valueAsNumber;
          if (inRange(number, minimum, maximum)) change(number);
        }}
        onBlur={() => {
          control.flush();
          if (fits) setTyped(null);
        }}
        onKeyDown={({ key }) => {
          if (key === "Enter") control.flush();
        }}
        {...mark({ branch })}
      />
    </div>
  );
}

function inRange(number: number, minimum: number, maximum: number): boolean {
  return Number.isFinite(number) && number >= minimum && number <= maximum;
}
