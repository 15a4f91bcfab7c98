import { Plus, RefreshCw, Trash2 } from "lucide-react";
import { useState, type SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

import { useCall, useView } from "@/client/hooks";
import type { IndexView } from "@/client/views";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { TextField } from "@/ui/field";
import { useFormat, useNow } from "@/ui/format";
import { Notice } from "@/ui/notice";
import { Quote } from "@/ui/quote";

import { withoutCommands } from "../refusal-words";
import { useAction, useProblem } from "../use-action";

/** The lists of plugins that the user added, and adding one. */
export function Lists() {
  const { t } = useTranslation("library");
  const act = useAction();
  const indexes = useView("indexes") ?? [];
  const [refreshing, setRefreshing] = useState(false);
  const refresh = async () => {
    setRefreshing(true);
    await act("library.refresh", {}, t("lists.refreshed"));
    setRefreshing(false);
  };
  return (
    <Section
      title={t("lists.title")}
      description={t("lists.description")}
      actions={
        indexes.length > 0 && (
          <Button
            size="small"
            icon={<RefreshCw size={15} />}
            busy={refreshing}
            onClick={() => void refresh()}
          >
            {t("lists.refresh")}
          </Button>
        )
      }
    >
      <Card>
        {indexes.length > 0 && (
          <ul aria-label={t("lists.title")} className="divide-y divide-line border-b border-line">
            {indexes.map((index) => (
              <ListRow key={index.url} index={index} />
            ))}
          </ul>
        )}
        <AddList />
      </Card>
    </Section>
  );
}

function ListRow({ index }: { index: IndexView }) {
  const { t } = useTranslation("library");
  const act = useAction();
  const format = useFormat();
  const now = useNow(10_000);
  const { url, description, key, plugins, fetched_at, problem } = index;
  const name = index.name ?? url;
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex flex-wrap items-center gap-1.5 font-medium wrap-anywhere">
            {name}
            {key ? (
              <Badge tone="good">{t("lists.signed")}</Badge>
            ) : (
              <Badge tone="warning">{t("lists.unsigned")}</Badge>
            )}
          </p>
          <p className="text-sm wrap-anywhere text-ink-muted">
            {url} · {t("lists.plugins", { count: plugins })}
            {fetched_at != null && (
              <>
                {" · "}
                {t("lists.fetched", {
                  time: format.relative(Math.min(fetched_at, now), now),
                })}
              </>
            )}
          </p>
        </div>
        <Button
          size="small"
          variant="danger"
          icon={<Trash2 size={15} />}
          aria-label={t("lists.removeOf", { name })}
          onClick={() => void act("library.remove-index", { url }, t("lists.removed", { name }))}
        >
          {t("lists.remove")}
        </Button>
      </div>
      {description && <Quote author={t("listing.listSays", { index: name })}>{description}</Quote>}
      {problem && <Notice tone="warning">{withoutCommands(problem)}</Notice>}
    </li>
  );
}

function AddList() {
  const { t } = useTranslation("library");
  const call = useCall();
  const explain = useProblem();
  const [url, setUrl] = useState("");
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      const given = key.trim();
      await call("library.add-index", { url: url.trim(), ...(given && { key: given }) });
      setUrl("");
      setKey("");
    } catch (error) {
      setProblem(explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      aria-label={t("lists.add")}
      className="flex flex-col gap-3 p-4"
      onSubmit={(event) => void add(event)}
    >
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <TextField
          label={t("lists.address")}
          placeholder="https://"
          autoComplete="off"
          spellCheck={false}
          required
          value={url}
          problem={problem}
          onChange={(event) => setUrl(event.target.value)}
        />
        <TextField
          label={t("lists.key")}
          description={t("lists.keyHint")}
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </div>
      <div>
        <Button type="submit" icon={<Plus size={16} />} busy={busy} disabled={url.trim() === ""}>
          {t("lists.add")}
        </Button>
      </div>
    </form>
  );
}
