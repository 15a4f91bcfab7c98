import { useRef, useState, type ReactNode } from "react";

import { useConnection } from "@/client/hooks";
import type { InspectionView } from "@/client/views";
import { Button } from "@/ui/button";
import { useToast } from "@/ui/toast";

import { useProblem } from "../use-action";
import type { Candidate } from "./install-dialog";

/** Lets the user choose a plugin's file, and asks the host what it wants. Installs nothing. */
export function FileButton(props: {
  icon: ReactNode;
  onInspected: (candidate: Candidate) => void;
  children: ReactNode;
}) {
  const { icon, onInspected, children } = props;
  const connection = useConnection();
  const announce = useToast();
  const problem = useProblem();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const inspect = async (file: File) => {
    setBusy(true);
    try {
      const inspection = await connection.upload("/api/modules/inspect", file);
      onInspected({ inspection: inspection as unknown as InspectionView, file });
    } catch (error) {
      announce({ tone: "danger", text: problem(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button variant="primary" icon={icon} busy={busy} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".wasm,application/wasm"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          // So that the same file can be chosen again.
          event.target.value = "";
          if (file) void inspect(file);
        }}
      />
    </>
  );
}
