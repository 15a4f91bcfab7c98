import { Check, LayoutGrid, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { SurfaceView } from "@/client/views";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SearchField } from "@/ui/field";

import { NamedIcon } from "../drawing/shown/icon";
import { keyOf } from "../frame/use-surface";

/** Every widget there is, to put on the page. */
export function WidgetPicker(props: {
  widgets: SurfaceView[];
  /** The keys of those that are on the page. */
  there: ReadonlySet<string>;
  onAdd: (view: SurfaceView) => void;
  onClose: () => void;
}) {
  const { widgets, there, onAdd, onClose } = props;
  const { t } = useTranslation("surfaces");
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLocaleLowerCase();
  const found = widgets.filter(({ title, plugin_name, description }) =>
    [title, plugin_name, description ?? ""].join(" ").toLocaleLowerCase().includes(wanted),
  );
  return (
    <Dialog
      wide
      title={t("picker.title")}
      description={t("picker.description")}
      closeLabel={t("picker.close")}
      onClose={onClose}
    >
      <SearchField
        label={t("picker.search")}
        value={search}
        onChange={({ target }) => setSearch(target.value)}
      />
      <ul className="mt-3 flex flex-col gap-1">
        {found.map((view) => (
          <li
            key={keyOf(view)}
            className="flex items-center gap-3 rounded-lg px-2 py-2 hover:bg-hover"
          >
            <span
              aria-hidden
              className="grid size-9 shrink-0 place-items-center rounded-lg bg-raised text-ink-muted"
            >
              {view.icon ? <NamedIcon name={view.icon} /> : <LayoutGrid size={18} />}
            </span>
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">{view.title}</p>
              <p className="truncate text-sm text-ink-muted">
                {[view.plugin_name, view.description].filter(Boolean).join(" · ")}
              </p>
            </div>
            {there.has(keyOf(view)) ? (
              <span className="flex items-center gap-1.5 text-sm text-ink-muted">
                <Check aria-hidden size={15} />
                {t("picker.added")}
              </span>
            ) : (
              <Button
                size="small"
                icon={<Plus size={15} />}
                aria-label={t("picker.add", { title: view.title })}
                onClick={() => onAdd(view)}
              >
                {t("grid.add")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className="py-6 text-center text-ink-muted">
          {t(widgets.length === 0 ? "picker.none" : "picker.nothingFound")}
        </p>
      )}
    </Dialog>
  );
}
