/** The address that a picture or sound of a plugin may be loaded from; null for any other. */
export function mediaAddress(plugin: string, source: string): string | null {
  if (!source.startsWith("asset:")) return httpsAddress(source);
  const parts = source.slice("asset:".length).split("/");
  // A browser resolves dots before it asks: the address would leave the plugin's own folder.
  if (parts.some((part) => part === "" || part === "." || part === "..")) return null;
  return `/assets-of/${[plugin, ...parts].map(encodeURIComponent).join("/")}`;
}

/** The address if it is an encrypted one of the web; null for `javascript:` and all else. */
export function httpsAddress(text: string): string | null {
  try {
    const address = new URL(text);
    return address.protocol === "https:" && address.username === "" ? address.href : null;
  } catch {
    return null;
  }
}
