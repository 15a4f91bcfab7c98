import { useCallback, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { Tabs as TabsOfPage } from "@/ui/tabs";

import { Children } from "../drawing";
import type { KindProps } from "../surface";
import { useSurface } from "../surface";
import type { Branch } from "../table";

export function Tabs({ branch }: KindProps<"tabs">) {
  const { t } = useTranslation("surfaces");
  const { pluginName } = useSurface();
  const hidden = useHidden(branch.children);
  const tabs = branch.children.flatMap((child) =>
    child.node.kind.type === "tab" && !hidden.includes(child.key)
      ? [{ id: child.key, label: child.node.kind.label, content: <Tab branch={child} /> }]
      : [],
  );
  return (
    <div className="drawn-tabs">
      <TabsOfPage label={t("tabsOf", { plugin: pluginName })} tabs={tabs} />
    </div>
  );
}

function Tab({ branch }: { branch: Branch }) {
  return (
    <div className="drawn-column drawn-tab">
      <Children branch={branch} />
    </div>
  );
}

/** The keys of those that are hidden now. */
function useHidden(branches: Branch[]): string[] {
  const { values } = useSurface();
  const listen = useCallback(
    (listener: () => void) => {
      const stops = branches.flatMap(({ node: { visible } }) =>
        visible == null ? [] : [values.listen(visible, listener)],
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
    [branches, values],
  );
  const flags = useSyncExternalStore(listen, () =>
    branches
      .map(({ node: { visible } }) => visible != null && values.get(visible) === false)
      .join(),
  ).split(",");
  return branches.flatMap(({ key }, index) => (flags[index] === "true" ? [key] : []));
}
