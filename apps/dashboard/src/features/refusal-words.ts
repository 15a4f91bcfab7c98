/** Where the page has what a command of `pato` does. The host speaks English, and so do these. */
const PLACES: readonly [command: RegExp, place: (...words: string[]) => string][] = [
  [
    /pato plugin grant (\S+) ([^\s`;]+)/,
    (_, plugin, permission) => `allow ${permission} for ${plugin} under Permissions`,
  ],
  [
    /pato plugin forget-publisher [^\s`]+/,
    () => "“Trust another key” on the plugin's page, under Versions,",
  ],
  [
    /pato plugin unpin [^\s`]+/,
    () => "switching “Stay at this version” off on the plugin's page, under Versions,",
  ],
  [/pato plugin install FILE/, () => "“Install by its address” in the Library"],
  [/pato library add URL/, () => "“Add a list” in the Library"],
  [/pato library search/, () => "the search in the Library"],
  [/pato library list/, () => "the Library"],
  [/pato backup list/, () => "the page Settings"],
  [/pato plugin enable \S+/, () => "its switch under Plugins"],
  [/pato plugin (?:add|install)(?: FILE)?/, () => "“Install from a file” under Plugins"],
  [/pato plugin list/, () => "the page Plugins"],
  [/pato account authorize(?: [\w-]+)?(?: --token)?/, () => "log in again under Connections"],
  [/pato account add \w+(?: --token)?/, () => "add the account under Connections"],
  [/pato account list/, () => "the page Connections"],
  [/pato connector list/, () => "the page Connections"],
];

/** Why something was not done, with places of this page where the host names commands to type. */
export function withoutCommands(text: string): string {
  const named = PLACES.reduce(
    (words, [command, place]) =>
      words.replace(new RegExp(`\`?${command.source}\`?`, "g"), (...found) =>
        place(...found.map(String)),
      ),
    text,
  );
  return named.replace(/ with --as\b/, "");
}
