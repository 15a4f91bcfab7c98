import clsx from "clsx";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import type { LayoutPage, SurfaceView } from "@/client/views";
import { IconButton } from "@/ui/button";

import { NamedIcon } from "../drawing/shown/icon";
import { keyOf } from "../frame/use-surface";

/** The dashboard's pages, to choose one, and those that plugins bring, to go to. */
export function PageBar(props: {
  pages: LayoutPage[];
  ofPlugins: SurfaceView[];
  current: string;
  editing: boolean;
  onChoose: (id: string) => void;
  onAdd: () => void;
}) {
  const { pages, ofPlugins, current, editing, onChoose, onAdd } = props;
  const { t } = useTranslation("surfaces");
  return (
    <nav aria-label={t("grid.pages")} className="flex min-w-0 items-center gap-1 overflow-x-auto">
      {pages.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          aria-current={id === current ? "page" : undefined}
          onClick={() => onChoose(id)}
          className={clsx(
            "min-h-9 rounded-lg px-3 whitespace-nowrap -outline-offset-2",
            id === current ? "bg-raised font-medium text-ink" : "text-ink-muted hover:bg-hover",
          )}
        >
          {title}
        </button>
      ))}
      {ofPlugins.map((view) => (
        <Link
          key={keyOf(view)}
          href={`/pages/${encodeURIComponent(view.plugin)}/${encodeURIComponent(view.id)}`}
          className="flex min-h-9 items-center gap-2 rounded-lg px-3 whitespace-nowrap text-ink-muted -outline-offset-2 hover:bg-hover"
        >
          {view.icon && <NamedIcon name={view.icon} />}
          {view.title}
        </Link>
      ))}
      {editing && (
        <IconButton label={t("grid.addPage")} onClick={onAdd}>
          <Plus size={16} />
        </IconButton>
      )}
    </nav>
  );
}
