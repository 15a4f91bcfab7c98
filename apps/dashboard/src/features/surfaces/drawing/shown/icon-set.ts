/** Loaded apart from everything else: it is every icon there is, old names included. */
export * as everything from "lucide-react";
