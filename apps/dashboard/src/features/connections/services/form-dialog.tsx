import { useId, type ReactNode, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";

/** A dialog that is a form: it stays, with the reason, until what was entered is taken. */
export function FormDialog(props: {
  title: string;
  onClose: () => void;
  onSubmit: (event: SubmitEvent<HTMLFormElement>) => void;
  problem: string | undefined;
  busy: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const { title, onClose, onSubmit, problem, busy, children } = props;
  const id = useId();
  return (
    <Dialog
      title={title}
      closeLabel={t("close")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="primary" type="submit" form={id} busy={busy}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form id={id} autoComplete="off" className="flex flex-col gap-4" onSubmit={onSubmit}>
        {children}
        {problem && (
          <div role="alert">
            <Notice tone="danger">{problem}</Notice>
          </div>
        )}
      </form>
    </Dialog>
  );
}
