import { Tabs as RadixTabs } from "radix-ui";
import type { ReactNode } from "react";

export type Tab = { id: string; label: string; badge?: ReactNode; content: ReactNode };

export function Tabs(props: {
  label: string;
  tabs: Tab[];
  value?: string;
  onChange?: (id: string) => void;
}) {
  const { label, tabs, value, onChange } = props;
  const controlled = {
    ...(value !== undefined && { value }),
    ...(onChange && { onValueChange: onChange }),
  };
  return (
    <RadixTabs.Root defaultValue={tabs[0]?.id ?? ""} {...controlled}>
      <RadixTabs.List
        aria-label={label}
        className="mb-5 flex gap-1 overflow-x-auto border-b border-line"
      >
        {tabs.map((tab) => (
          <RadixTabs.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px flex min-h-10 items-center gap-2 border-b-2 border-transparent px-3 whitespace-nowrap text-ink-muted -outline-offset-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {tab.label}
            {tab.badge}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content key={tab.id} value={tab.id}>
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
