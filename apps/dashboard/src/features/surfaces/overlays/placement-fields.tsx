import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Animation, Placement } from "@/client/views";
import { SelectField, TextField } from "@/ui/field";
import { STAGE } from "@/overlay/stage-size";

import { asAmount } from "../drawing/reading";
import { shadeOf, textOf } from "./color";
import { fitted, SMALLEST } from "./placing";

const ANIMATIONS: Animation[] = [
  "none",
  "fade",
  "slide-up",
  "slide-down",
  "slide-left",
  "slide-right",
  "zoom",
  "bounce",
];

/** What most computers have; any other can be typed. */
const FONTS = [
  "Inter",
  "Segoe UI",
  "Arial",
  "Helvetica Neue",
  "Verdana",
  "Trebuchet MS",
  "Georgia",
  "Impact",
  "Bahnschrift",
  "Comic Sans MS",
  "Courier New",
  "Noto Sans",
  "DejaVu Sans",
];

interface FieldsProps {
  placement: Placement;
  onChange: (changed: Partial<Placement>) => void;
}

export function PlaceFields({ placement, onChange }: FieldsProps) {
  const { t } = useTranslation("surfaces");
  const set = (changed: Partial<Placement>) => onChange(fitted({ ...placement, ...changed }));
  return (
    <Group title={t("overlays.place")}>
      <div className="grid grid-cols-2 gap-3">
        <Amount
          label={t("overlays.x")}
          value={placement.x}
          minimum={0}
          maximum={STAGE.width - placement.width}
          onChange={(x) => set({ x })}
        />
        <Amount
          label={t("overlays.y")}
          value={placement.y}
          minimum={0}
          maximum={STAGE.height - placement.height}
          onChange={(y) => set({ y })}
        />
        <Amount
          label={t("overlays.width")}
          value={placement.width}
          minimum={SMALLEST}
          maximum={STAGE.width}
          onChange={(width) => set({ width })}
        />
        <Amount
          label={t("overlays.height")}
          value={placement.height}
          minimum={SMALLEST}
          maximum={STAGE.height}
          onChange={(height) => set({ height })}
        />
      </div>
      <Range
        label={t("overlays.scale")}
        value={placement.scale}
        minimum={0.25}
        maximum={3}
        step={0.05}
        percent
        onChange={(scale) => onChange({ scale })}
      />
    </Group>
  );
}

export function LooksFields({ placement, onChange }: FieldsProps) {
  const { t } = useTranslation("surfaces");
  const fonts = useId();
  const background = shadeOf(placement.background);
  return (
    <Group title={t("overlays.style")}>
      <TextField
        label={t("overlays.font")}
        description={t("overlays.fontNote")}
        value={placement.font}
        list={fonts}
        maxLength={80}
        onChange={({ target }) => onChange({ font: target.value })}
      />
      <datalist id={fonts}>
        {FONTS.map((font) => (
          <option key={font} value={font} />
        ))}
      </datalist>
      <div className="grid grid-cols-3 gap-3">
        <Color
          label={t("overlays.color")}
          value={placement.color}
          onChange={(color) => onChange({ color })}
        />
        <Color
          label={t("overlays.accent")}
          value={placement.accent}
          onChange={(accent) => onChange({ accent })}
        />
        <Color
          label={t("overlays.background")}
          value={background.color}
          onChange={(color) => onChange({ background: textOf({ ...background, color }) })}
        />
      </div>
      <Range
        label={t("overlays.backgroundOpacity")}
        value={background.opacity}
        minimum={0}
        maximum={1}
        step={0.05}
        percent
        onChange={(opacity) => onChange({ background: textOf({ ...background, opacity }) })}
      />
      <Range
        label={t("overlays.radius")}
        value={placement.radius}
        minimum={0}
        maximum={80}
        step={1}
        onChange={(radius) => onChange({ radius })}
      />
    </Group>
  );
}

export function MotionFields({ placement, onChange }: FieldsProps) {
  const { t } = useTranslation("surfaces");
  const choices = [
    { value: "", label: t("overlays.asPlugin") },
    ...ANIMATIONS.map((value) => ({ value, label: t(`overlays.animations.${value}`) })),
  ];
  const chosen = (value: string) => ANIMATIONS.find((animation) => animation === value) ?? null;
  return (
    <Group title={t("overlays.motion")}>
      <div className="grid grid-cols-2 gap-3">
        <SelectField
          label={t("overlays.enter")}
          choices={choices}
          value={placement.enter ?? ""}
          onChange={({ target }) => onChange({ enter: chosen(target.value) })}
        />
        <SelectField
          label={t("overlays.leave")}
          choices={choices}
          value={placement.leave ?? ""}
          onChange={({ target }) => onChange({ leave: chosen(target.value) })}
        />
      </div>
      <Range
        label={t("overlays.volume")}
        value={placement.volume}
        minimum={0}
        maximum={1}
        step={0.05}
        percent
        onChange={(volume) => onChange({ volume })}
      />
    </Group>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex flex-col gap-3 rounded-xl border border-line bg-surface p-4">
      <legend className="float-left mb-1 font-semibold">{title}</legend>
      <div className="clear-both flex flex-col gap-3">{children}</div>
    </fieldset>
  );
}

interface NumberProps {
  label: string;
  value: number;
  minimum: number;
  maximum: number;
  onChange: (value: number) => void;
}

function Amount({ label, value, minimum, maximum, onChange }: NumberProps) {
  return (
    <TextField
      type="number"
      label={label}
      value={value}
      min={minimum}
      max={maximum}
      onChange={({ target }) => {
        if (Number.isFinite(target.valueAsNumber)) onChange(target.valueAsNumber);
      }}
    />
  );
}

function Range(props: NumberProps & { step: number; percent?: boolean }) {
  const { label, value, minimum, maximum, step, percent = false, onChange } = props;
  const { i18n } = useTranslation("surfaces");
  const id = useId();
  const text = percent ? `${Math.round(value * 100)} %` : asAmount(value, i18n.language);
  return (
    <div>
      <div className="flex justify-between gap-3">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <output htmlFor={id} className="text-sm text-ink-muted tabular-nums">
          {text}
        </output>
      </div>
      <input
        id={id}
        type="range"
        className="w-full accent-accent-text"
        min={minimum}
        max={maximum}
        step={step}
        value={value}
        aria-valuetext={text}
        onChange={({ target }) => onChange(target.valueAsNumber)}
      />
    </div>
  );
}

function Color(props: { label: string; value: string; onChange: (value: string) => void }) {
  const { label, value, onChange } = props;
  return (
    <label className="flex flex-col gap-1.5 font-medium">
      {label}
      <input
        type="color"
        className="h-9 w-full cursor-pointer rounded-lg border border-line-strong bg-surface p-1"
        value={shadeOf(value).color}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}
