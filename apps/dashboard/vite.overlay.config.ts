import { fileURLToPath } from "node:url";

import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The page that OBS shows, built after the dashboard and apart from it: it is the same drawing code on
 * Preact, a third as large, for a browser that runs beside a game.
 */
export default defineConfig({
  resolve: {
    alias: {
      "@": path("./src"),
      "react/jsx-runtime": "preact/jsx-runtime",
      "react-dom/client": "preact/compat/client",
      "react-dom": "preact/compat",
      react: "preact/compat",
    },
  },
  publicDir: false,
  build: {
    // OBS comes with a Chromium of its own, and a streamer with last year's OBS.
    target: "chrome103",
    rolldownOptions: { input: path("./overlay.html") },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: ".vite/overlay.json",
    emptyOutDir: false,
  },
});
