import { SHOWN_KINDS } from "../shown";
import type { Kinds } from "../surface";
import { NumberInput, Select, Slider, TextInput, Toggle } from "./fields";
import { Form } from "./form";
import { PressButton } from "./press";
import { ReadableChart } from "./readable-chart";
import { Tabs } from "./tabs";

/** Every kind, as in the dashboard, where it can be used. */
export const USABLE_KINDS: Kinds = {
  ...SHOWN_KINDS,
  chart: ReadableChart,
  tabs: Tabs,
  button: PressButton,
  toggle: Toggle,
  slider: Slider,
  select: Select,
  "text-input": TextInput,
  "number-input": NumberInput,
  form: Form,
};
