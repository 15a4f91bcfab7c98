import clsx from "clsx";
import { CirclePause, Ellipsis } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";

import { useView } from "@/client/hooks";
import { useMedia } from "@/ui/media";
import { Menu } from "@/ui/menu";

import { useAttention } from "../attention";
import { ROUTES, type Route } from "../routes";
import { PauseAllButton, usePauseAll } from "./pause-all";

/** How many routes the bar at the bottom shows beside `more`. */
const AT_BOTTOM = 4;

function useIsCurrent() {
  const [location] = useLocation();
  return (path: string) =>
    path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`);
}

/** At the side, or on a phone at the bottom. */
export function useHasSide(): boolean {
  return useMedia("(min-width: 48rem)");
}

export function SideNavigation() {
  const { t } = useTranslation();
  const attention = useAttention();
  const isCurrent = useIsCurrent();
  const host = useView("host");
  return (
    <nav
      aria-label={t("navigation")}
      className="sticky top-0 flex h-dvh w-56 shrink-0 flex-col gap-1 overflow-y-auto border-r border-line bg-surface p-3"
    >
      <Link href="/" className="mb-4 flex items-center gap-2.5 rounded-lg px-2.5 py-2">
        <img src="/favicon.svg" alt="" width={28} height={28} />
        <span className="text-lg font-semibold tracking-tight">Pato</span>
      </Link>
      {ROUTES.map((route) => (
        <SideLink
          key={route.name}
          route={route}
          current={isCurrent(route.path)}
          count={attention[route.name] ?? 0}
        />
      ))}
      <div className="mt-auto flex flex-col gap-3 pt-4">
        <PauseAllButton />
        {host && (
          <p className="px-2.5 text-xs text-ink-muted">{t("version", { version: host.version })}</p>
        )}
      </div>
    </nav>
  );
}

function SideLink({ route, current, count }: { route: Route; current: boolean; count: number }) {
  const { t } = useTranslation();
  const { name, path, icon: Icon } = route;
  return (
    <Link
      href={path}
      aria-current={current ? "page" : undefined}
      className={clsx(
        "flex min-h-9 items-center gap-3 rounded-lg px-2.5 transition-colors",
        current ? "bg-raised font-medium text-ink" : "text-ink-muted hover:bg-hover hover:text-ink",
      )}
    >
      <Icon aria-hidden size={18} className={clsx(current && "text-accent-text")} />
      <span className="flex-1">{t(`pages.${name}`)}</span>
      {count > 0 && <Count count={count} />}
    </Link>
  );
}

function Count({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <span className="min-w-5 rounded-full bg-danger-soft px-1.5 text-center text-xs font-semibold text-danger tabular-nums">
      {count}
      <span className="sr-only"> {t("attention", { count })}</span>
    </span>
  );
}

export function BottomNavigation() {
  const { t } = useTranslation();
  const attention = useAttention();
  const isCurrent = useIsCurrent();
  const [, navigate] = useLocation();
  const pauseAll = usePauseAll();
  const further = ROUTES.slice(AT_BOTTOM);
  const inFurther = further.some(({ path }) => isCurrent(path));
  const waiting = further.some(({ name }) => (attention[name] ?? 0) > 0);
  const item = "relative flex flex-1 flex-col items-center gap-0.5 py-2 text-xs -outline-offset-2";
  return (
    <nav
      aria-label={t("navigation")}
      className="fixed inset-x-0 bottom-0 z-40 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]"
    >
      {ROUTES.slice(0, AT_BOTTOM).map(({ name, path, icon: Icon }) => (
        <Link
          key={name}
          href={path}
          aria-current={isCurrent(path) ? "page" : undefined}
          className={clsx(item, isCurrent(path) ? "font-medium text-ink" : "text-ink-muted")}
        >
          <span className="relative">
            <Icon aria-hidden size={20} className={clsx(isCurrent(path) && "text-accent-text")} />
            {(attention[name] ?? 0) > 0 && <Dot />}
          </span>
          {t(`pages.${name}`)}
          {(attention[name] ?? 0) > 0 && (
            <span className="sr-only"> {t("attention", { count: attention[name] ?? 0 })}</span>
          )}
        </Link>
      ))}
      <Menu
        trigger={
          <button
            type="button"
            className={clsx(item, inFurther ? "font-medium text-ink" : "text-ink-muted")}
          >
            <span className="relative">
              <Ellipsis aria-hidden size={20} className={clsx(inFurther && "text-accent-text")} />
              {waiting && <Dot />}
            </span>
            {t("more")}
          </button>
        }
        items={[
          ...further.map(({ name, path, icon: Icon }) => ({
            label: t(`pages.${name}`),
            icon: <Icon aria-hidden size={18} />,
            onSelect: () => navigate(path),
          })),
          ...(pauseAll.possible
            ? [
                {
                  label: pauseAll.label,
                  icon: <CirclePause aria-hidden size={18} />,
                  danger: !pauseAll.paused,
                  onSelect: pauseAll.perform,
                },
              ]
            : []),
        ]}
      />
    </nav>
  );
}

function Dot() {
  return (
    <span aria-hidden className="absolute -top-0.5 -right-1.5 size-2 rounded-full bg-danger" />
  );
}
