import { TriangleAlert } from "lucide-react";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { RequestView } from "@/client/views";
import { Badge } from "@/ui/badge";
import { Switch } from "@/ui/field";
import { Quote } from "@/ui/quote";

import { useMeaning } from "./meaning";

/** What a plugin asks for, each with a switch. What `isOn` says is shown; `onChange` is what the user wants. */
export function PermissionList(props: {
  plugin: string;
  requests: readonly RequestView[];
  isOn: (request: RequestView) => boolean;
  onChange: (request: RequestView, on: boolean) => void;
}) {
  const { t } = useTranslation();
  const { plugin, requests, isOn, onChange } = props;
  if (requests.length === 0) return <p className="text-ink-muted">{t("permission.none")}</p>;
  return (
    <ul className="flex flex-col divide-y divide-line">
      {requests.map((request) => (
        <PermissionRow key={request.permission} plugin={plugin} request={request}>
          {(labels) => (
            <Switch
              {...labels}
              checked={isOn(request)}
              onCheckedChange={(on) => onChange(request, on)}
            />
          )}
        </PermissionRow>
      ))}
    </ul>
  );
}

/** A permission in plain words, with what the plugin says for it. */
export function PermissionRow(props: {
  plugin: string;
  request: RequestView;
  children: (labels: { "aria-labelledby": string; "aria-describedby": string }) => ReactNode;
}) {
  const { t } = useTranslation();
  const { meaning, danger } = useMeaning()(props.request);
  const { plugin, request, children } = props;
  const id = useId();
  return (
    <li className="flex items-start gap-4 py-3.5">
      <div className="min-w-0 flex-1">
        <p id={id} className="font-medium wrap-anywhere">
          {meaning}
        </p>
        <div id={`${id}-about`} className="mt-1 flex flex-col gap-1.5">
          <div className="flex flex-wrap items-center gap-1.5">
            <Badge>{t(request.optional ? "permission.optional" : "permission.required")}</Badge>
            {danger && (
              <Badge tone="danger">
                <TriangleAlert aria-hidden size={12} /> {t("permission.dangerous")}
              </Badge>
            )}
            <code className="font-mono text-xs wrap-anywhere text-ink-muted">
              {request.permission}
            </code>
          </div>
          {danger && <p className="text-sm text-danger">{danger}</p>}
          {request.reason ? (
            <Quote author={t("permission.reasonOf", { plugin })}>{request.reason}</Quote>
          ) : (
            <p className="text-sm text-ink-muted">{t("permission.noReason")}</p>
          )}
        </div>
      </div>
      {children({ "aria-labelledby": id, "aria-describedby": `${id}-about` })}
    </li>
  );
}
