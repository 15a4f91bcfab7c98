import "./overlay.css";

import { createRoot } from "react-dom/client";

import { Connection } from "@/client/connection";

import { OverlayPage } from "./page";
import { OverlayTransport } from "./transport";

/** OBS may start before Pato, and Pato may be started again while OBS runs: the next try is near. */
const LONGEST_WAIT_MILLISECONDS = 3_000;

const [, , plugin = "", surface = ""] = location.pathname.split("/").map(decodeURIComponent);
const path = `/overlay/${encodeURIComponent(plugin)}/${encodeURIComponent(surface)}`;
const transport = new OverlayTransport(path, location.hash.replace(/^#(token=)?/, ""));
const connection = new Connection(transport, Math.random, LONGEST_WAIT_MILLISECONDS);

const root = document.getElementById("root");
if (!root) throw new Error("overlay.html has no element `root`");
createRoot(root).render(<OverlayPage {...{ connection, transport, plugin, surface }} />);

// Another token was pasted into the same page.
window.addEventListener("hashchange", () => location.reload());
