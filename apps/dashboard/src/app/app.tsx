import { Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Route, Router, Switch, useLocation } from "wouter";

import type { Connection } from "@/client/connection";
import { ConnectionProvider } from "@/client/hooks";
import { ToastProvider } from "@/ui/toast";

import { useFragment } from "./fragment";
import { FURTHER_ROUTES, ROUTES } from "./routes";
import { ConnectionBanner } from "./shell/connection-banner";
import { PausedBanner } from "./shell/pause-all";
import { PageBoundary } from "./shell/page-boundary";
import { BottomNavigation, SideNavigation, useHasSide } from "./shell/navigation";
import { NotFound } from "./shell/not-found";

/** The dashboard. Its paths are in the fragment, so that every address is the one page that is served. */
export function App({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const hasSide = useHasSide();
  return (
    <ConnectionProvider connection={connection}>
      <ToastProvider label={t("notifications")} closeLabel={t("close")}>
        <Router hook={useFragment}>
          <a
            href="#main"
            onClick={(event) => {
              event.preventDefault();
              document.getElementById("main")?.focus();
            }}
            className="sr-only z-50 rounded-lg bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
          >
            {t("skip")}
          </a>
          <div className="flex min-h-dvh">
            {hasSide && <SideNavigation />}
            <div className="flex min-w-0 flex-1 flex-col">
              <ConnectionBanner />
              <PausedBanner />
              <main
                id="main"
                tabIndex={-1}
                className="mx-auto w-full max-w-6xl flex-1 px-4 pt-6 pb-28 outline-none sm:px-8 md:pt-8 md:pb-12"
              >
                <Pages />
              </main>
            </div>
            {!hasSide && <BottomNavigation />}
          </div>
        </Router>
      </ToastProvider>
    </ConnectionProvider>
  );
}

function Pages() {
  const { t } = useTranslation();
  const [location] = useLocation();
  useArrival(location);
  const route = ROUTES.find(({ path }) => path === `/${location.split("/")[1] ?? ""}`);
  return (
    <PageBoundary>
      <title>{route ? `${t(`pages.${route.name}`)} · Pato` : "Pato"}</title>
      <Suspense fallback={<Loading />}>
        <Switch>
          {[...ROUTES, ...FURTHER_ROUTES].map(({ path, page: Page }) => (
            <Route key={path} path={path}>
              <Page />
            </Route>
          ))}
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}

/** Begins each page at its top, for eyes and for screen readers; the first one is begun by the browser. */
function useArrival(location: string) {
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [location]);
}

function Loading() {
  const { t } = useTranslation();
  return (
    <p role="status" className="text-ink-muted">
      {t("loading")}
    </p>
  );
}
