import type { TFunction } from "i18next";
import {
  Award,
  Flame,
  Gem,
  Gift,
  HandHeart,
  Heart,
  Megaphone,
  Sparkles,
  Star,
  Swords,
  type LucideIcon,
} from "lucide-react";

import type { Json, JsonObject } from "@/client/frames";

import { personOf, summary } from "../event-words";

export const KINDS = [
  "follow",
  "subscribe",
  "gift",
  "cheer",
  "raid",
  "reward",
  "donation",
  "power-up",
  "streak",
  "shoutout",
] as const;

export type Kind = (typeof KINDS)[number];

const TOPICS: Record<string, Kind> = {
  "channel.follow": "follow",
  "channel.subscribe": "subscribe",
  "channel.gift": "gift",
  "channel.cheer": "cheer",
  "channel.raid": "raid",
  "channel.reward-redeemed": "reward",
  "channel.donation": "donation",
  "channel.power-up": "power-up",
  "channel.watch-streak": "streak",
  "channel.shoutout-received": "shoutout",
};

export const ICONS: Record<Kind, LucideIcon> = {
  follow: Heart,
  subscribe: Star,
  gift: Gift,
  cheer: Gem,
  raid: Swords,
  reward: Award,
  donation: HandHeart,
  "power-up": Sparkles,
  streak: Flame,
  shoutout: Megaphone,
};

export function kindOf(topic: string): Kind | undefined {
  return TOPICS[topic];
}

/** What somebody did, without who: `raids with 42 viewers`. */
export function deed(t: TFunction<"activity">, topic: string, data: JsonObject): string {
  const number = (key: string) => (typeof data[key] === "number" ? data[key] : 0);
  const text = (key: string) => (typeof data[key] === "string" ? data[key] : "");
  switch (kindOf(topic)) {
    case "follow":
      return t("deeds.follow");
    case "subscribe":
      return number("months") > 1
        ? t("deeds.resubscribe", { months: number("months") })
        : t("deeds.subscribe");
    case "gift":
      return t("deeds.gift", { count: number("count") });
    case "cheer":
      return t("deeds.cheer", { amount: number("amount"), unit: text("unit") });
    case "raid":
      return t("deeds.raid", { count: number("viewers") });
    case "reward":
      return t("deeds.reward", { title: text("title") });
    case "donation": {
      const money = asObject(data.amount);
      const value = typeof money.value === "number" ? money.value : 0;
      const currency = typeof money.currency === "string" ? money.currency : "";
      return t("deeds.donation", { amount: `${value} ${currency}` });
    }
    case "power-up":
      return t("deeds.power-up", { amount: number("amount"), unit: text("unit") });
    case "streak":
      return t("deeds.streak", { count: number("streams") });
    case "shoutout":
      return t("deeds.shoutout");
    case undefined:
      return summary(data) || topic;
  }
}

function asObject(value: Json | undefined): JsonObject {
  return value && typeof value === "object" && !Array.isArray(value) ? value : {};
}

export function who(t: TFunction<"activity">, data: JsonObject): string {
  return personOf(data) ?? t("anonymous");
}
