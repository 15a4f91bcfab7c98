import clsx from "clsx";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import type { LayoutPage } from "@/client/views";
import { IconButton } from "@/ui/button";

/** The dashboard's pages, to choose one. */
export function PageBar(props: {
  pages: LayoutPage[];
  current: string;
  editing: boolean;
  onChoose: (id: string) => void;
  onAdd: () => void;
}) {
  const { pages, current, editing, onChoose, onAdd } = props;
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
      {editing && (
        <IconButton label={t("grid.addPage")} onClick={onAdd}>
          <Plus size={16} />
        </IconButton>
      )}
    </nav>
  );
}
