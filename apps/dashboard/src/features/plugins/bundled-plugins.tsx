import type { ReactNode } from "react";

import type { InspectionView } from "@/client/views";
import { Card } from "@/ui/card";

/** What comes with Pato and is not installed. */
export function BundledPlugins(props: {
  plugins: readonly InspectionView[];
  action: (plugin: InspectionView) => ReactNode;
}) {
  const { plugins, action } = props;
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-3">
      {plugins.map((plugin) => (
        <li key={plugin.id}>
          <Card className="flex h-full flex-col gap-1 p-4">
            <div className="flex items-start justify-between gap-3">
              <h3 className="pt-1 font-semibold wrap-anywhere">{plugin.name}</h3>
              {action(plugin)}
            </div>
            {plugin.description && (
              <p className="text-sm wrap-anywhere text-ink-muted">{plugin.description}</p>
            )}
          </Card>
        </li>
      ))}
    </ul>
  );
}
