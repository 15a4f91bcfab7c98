import { Component, type ErrorInfo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";

import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";

/** Keeps a page that fails from taking the navigation with it; another page begins anew. */
export function PageBoundary({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  return <Boundary key={location}>{children}</Boundary>;
}

class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo) {
    console.error(error, componentStack);
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <Failed error={this.state.error} again={() => this.setState({ error: undefined })} />;
  }
}

function Failed({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <Notice
        tone="danger"
        actions={
          <Button size="small" onClick={again}>
            {t("failed.again")}
          </Button>
        }
      >
        <p className="font-medium">{t("failed.title")}</p>
        <p className="text-sm">{error instanceof Error ? error.message : String(error)}</p>
      </Notice>
    </div>
  );
}
