import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { Button } from "./button";

/** Copies a text, and says for a moment that it did. */
export function CopyButton(props: { text: string; label: string; doneLabel: string }) {
  const { text, label, doneLabel } = props;
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2_000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
  };
  return (
    <Button
      size="small"
      icon={done ? <Check size={15} /> : <Copy size={15} />}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{done ? doneLabel : label}</span>
    </Button>
  );
}
