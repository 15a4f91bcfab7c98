import type { Kinds } from "../surface";
import { Progress, Stat } from "./amounts";
import { Chart } from "./chart";
import { Icon } from "./icon";
import { Picture } from "./image";
import { Card, Divider, FirstTab, Grid, Lane } from "./layout";
import { Items, Log } from "./lists";
import { Markdown } from "./markdown";
import { Table } from "./table";
import { Text } from "./text";

/** What only shows: all that an overlay draws. */
export const SHOWN_KINDS: Kinds = {
  column: Lane,
  row: Lane,
  grid: Grid,
  card: Card,
  divider: Divider,
  tabs: FirstTab,
  text: Text,
  markdown: Markdown,
  image: Picture,
  icon: Icon,
  stat: Stat,
  progress: Progress,
  items: Items,
  chart: Chart,
  table: Table,
  log: Log,
};
