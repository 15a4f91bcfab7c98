import { LayoutGrid, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { Layout, LayoutPage, SurfaceView } from "@/client/views";
import { Button } from "@/ui/button";
import { Empty } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Notice } from "@/ui/notice";

import { added, withoutPage, withPage } from "./arrangement";
import { PageBar } from "./page-bar";
import { WidgetPicker } from "./picker";
import { useLayout } from "./use-layout";
import { WidgetGrid } from "./widget-grid";

/** The dashboard: the widgets that plugins bring, where the user put them. */
export function DashboardPage() {
  const surfaces = useView("surfaces");
  const { layout, problem, change } = useLayout();
  const session = useView("session");
  if (!layout || !surfaces) return null;
  return (
    <Arranged
      surfaces={surfaces}
      layout={layout}
      problem={problem}
      fixed={!session || session.device != null}
      onChange={change}
    />
  );
}

const LONGEST_TITLE = 40;

function Arranged(props: {
  surfaces: SurfaceView[];
  layout: Layout;
  problem: string | null;
  /** It is arranged on the computer, and here it is used. */
  fixed: boolean;
  onChange: (layout: Layout) => void;
}) {
  const { surfaces, layout, problem, fixed, onChange } = props;
  const { t } = useTranslation("surfaces");
  const [chosen, setChosen] = useState<string | null>(null);
  const [editing, setEditing] = useState(false);
  const [dialog, setDialog] = useState<"picker" | "remove" | null>(null);

  // A dashboard always has a page; it is saved with the first widget.
  const first: LayoutPage = { id: "main", title: t("grid.firstPage"), items: [] };
  const pages = layout.pages.length > 0 ? layout.pages : [first];
  const page = pages.find(({ id }) => id === chosen) ?? pages[0] ?? first;
  const set = (changed: Partial<LayoutPage>) =>
    onChange(withPage({ pages }, { ...page, ...changed }));
  const widgets = surfaces.filter(({ kind }) => kind === "widget");

  const addPage = () => {
    const id = crypto.randomUUID();
    const title = t("grid.newPage", { number: pages.length + 1 });
    onChange({ pages: [...pages, { id, title, items: [] }] });
    setChosen(id);
  };

  const addWidget = (
    <Button icon={<Plus size={16} />} onClick={() => setDialog("picker")}>
      {t("grid.add")}
    </Button>
  );

  return (
    <>
      <header className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="sr-only">{t("title")}</h1>
        <PageBar
          pages={pages}
          ofPlugins={surfaces.filter(({ kind, granted }) => kind === "page" && granted)}
          current={page.id}
          editing={editing}
          onChoose={setChosen}
          onAdd={addPage}
        />
        {!fixed && (
          <div className="ml-auto flex flex-wrap items-center gap-2">
            {(editing || page.items.length === 0) && addWidget}
            <Button
              variant={editing ? "primary" : "secondary"}
              onClick={() => setEditing(!editing)}
            >
              {t(editing ? "grid.done" : "grid.edit")}
            </Button>
          </div>
        )}
      </header>
      {problem !== null && (
        <div className="mb-4">
          <Notice tone="danger">{t("grid.notSaved", { reason: problem })}</Notice>
        </div>
      )}
      {editing && (
        <div className="mb-4 flex flex-wrap items-end gap-3">
          <TextField
            label={t("grid.renamePage")}
            value={page.title}
            maxLength={LONGEST_TITLE}
            onChange={({ target }) => set({ title: target.value })}
          />
          {pages.length > 1 && (
            <Button
              variant="danger"
              icon={<Trash2 size={16} />}
              onClick={() => setDialog("remove")}
            >
              {t("grid.removePage")}
            </Button>
          )}
          <p className="basis-full text-sm text-ink-muted">{t("grid.help")}</p>
        </div>
      )}
      {page.items.length === 0 ? (
        <Empty icon={<LayoutGrid />} title={t("grid.empty")}>
          {t("grid.emptyText")}
        </Empty>
      ) : (
        <WidgetGrid
          key={page.id}
          items={page.items}
          surfaces={surfaces}
          editing={editing}
          onChange={(items) => set({ items })}
        />
      )}
      {dialog === "picker" && (
        <WidgetPicker
          widgets={widgets}
          there={new Set(page.items.map(({ surface }) => surface))}
          onAdd={(view) => set({ items: added(page.items, view) })}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === "remove" && (
        <Dialog
          title={t("grid.removePageTitle", { title: page.title })}
          description={t("grid.removePageText")}
          closeLabel={t("confirm.cancel")}
          onClose={() => setDialog(null)}
          footer={
            <>
              <Button onClick={() => setDialog(null)}>{t("confirm.cancel")}</Button>
              <Button
                variant="danger"
                onClick={() => {
                  onChange(withoutPage({ pages }, page.id));
                  setDialog(null);
                }}
              >
                {t("grid.removePage")}
              </Button>
            </>
          }
        />
      )}
    </>
  );
}
