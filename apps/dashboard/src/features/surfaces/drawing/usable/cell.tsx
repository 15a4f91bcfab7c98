import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Json } from "@/client/frames";
import { Button } from "@/ui/button";
import { Switch } from "@/ui/field";
import { useToast } from "@/ui/toast";

import type { CellProps } from "../shown/table-cell";
import { ShownCell } from "../shown/table-cell";
import { asBoolean, asText } from "../reading";
import { useControl, useSurface } from "../surface";
import { usePress } from "./press";
import { AT_ONCE } from "./use-field";

/** A cell that may be used, if its node and its row have names to tell the plugin. */
export function UsableCell(props: CellProps) {
  const { node, row, column } = props;
  if (node === "" || row.id === "") return <ShownCell {...props} />;
  if (column.kind === "toggle") return <ToggleCell {...props} />;
  if (column.kind === "button") return <ButtonCell {...props} />;
  if (column.editable && column.kind !== "moment") return <EditableCell {...props} />;
  return <ShownCell {...props} />;
}

function useCell({ node, row, column }: CellProps) {
  const { controls, act, pluginName } = useSurface();
  const { t } = useTranslation("surfaces");
  const announce = useToast();
  const at = { row: row.id, column: column.key };
  const control = controls.of(node, JSON.stringify([row.id, column.key]), () => ({
    tell: (value: Json) => act(node, { changed: { ...at, value } }),
    pace: AT_ONCE,
  }));
  const { value, error } = useControl(control, { constant: row.cells[column.key] ?? null });
  useEffect(() => {
    if (error !== null) {
      announce({ tone: "danger", text: t("refused", { plugin: pluginName, reason: error }) });
    }
  }, [error, announce, pluginName, t]);
  return { value, control, label: `${column.label}: ${row.id}` };
}

function ToggleCell(props: CellProps) {
  const { value, control, label } = useCell(props);
  return (
    <Switch
      aria-label={label}
      checked={asBoolean(value)}
      onCheckedChange={(checked) => control.change(checked)}
    />
  );
}

function ButtonCell({ node, row, column }: CellProps) {
  const { locale } = useSurface();
  const press = usePress(node);
  const label = asText(row.cells[column.key], locale);
  if (label === "") return null;
  return (
    <Button size="small" onClick={() => press({ row: row.id, column: column.key })}>
      {label}
    </Button>
  );
}

/** A field that looks like the text it holds, until it has the focus. Escape takes back. */
function EditableCell(props: CellProps) {
  const { value, control, label } = useCell(props);
  const { locale } = useSurface();
  const [typed, setTyped] = useState<string | null>(null);
  const isNumber = props.column.kind === "number";
  const shown = isNumber && typeof value === "number" ? String(value) : asText(value, locale);

  const finish = () => {
    setTyped(null);
    if (typed === null || typed === shown) return;
    if (!isNumber) control.change(typed);
    else if (typed.trim() !== "" && Number.isFinite(Number(typed))) control.change(Number(typed));
  };

  return (
    <input
      className="drawn-cell-input"
      type={isNumber ? "number" : "text"}
      step="any"
      aria-label={label}
      value={typed ?? shown}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={finish}
      onKeyDown={({ key }) => {
        if (key === "Enter") finish();
        if (key === "Escape") setTyped(null);
      }}
    />
  );
}
