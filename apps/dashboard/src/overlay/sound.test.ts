import { afterEach, describe, expect, it, vi } from "vitest";

import { play } from "./sound";

const played: { address: string; volume: number; paused: boolean }[] = [];

class FakeAudio {
  volume = 1;
  constructor(readonly address: string) {}
  play() {
    played.push({ address: this.address, volume: this.volume, paused: false });
    return Promise.resolve();
  }
  pause() {
    played.at(-1)!.paused = true;
  }
}

describe("an alert's sound", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    played.length = 0;
  });

  it("is the plugin's own file, as loud as it may be, until it is stopped", () => {
    vi.stubGlobal("Audio", FakeAudio);
    const stop = play("alerts", "asset:quack.ogg", 7);
    expect(played).toEqual([{ address: "/assets-of/alerts/quack.ogg", volume: 1, paused: false }]);
    stop();
    expect(played[0]?.paused).toBe(true);
  });

  it("is not loaded from elsewhere, nor where it would not be heard", () => {
    vi.stubGlobal("Audio", FakeAudio);
    for (const source of [
      "javascript:alert(1)",
      "http://example.com/a.mp3",
      "asset:../x",
      "toString",
    ]) {
      play("alerts", source, 1);
    }
    play("alerts", "asset:quack.ogg", 0);
    play("alerts", "chime", 0);
    expect(played).toEqual([]);
  });

  it.each(["chime", "bell", "fanfare", "pop"])("%s is made of notes that begin and end", (name) => {
    const starts: number[] = [];
    const ends: number[] = [];
    const parameter = () => ({
      value: 0,
      setValueAtTime: vi.fn(),
      exponentialRampToValueAtTime: vi.fn(),
      setTargetAtTime: vi.fn(),
    });
    const node = () => ({
      gain: parameter(),
      frequency: parameter(),
      type: "",
      connect: (next: unknown) => next,
    });
    class FakeContext {
      currentTime = 10;
      destination = {};
      resume = () => Promise.resolve();
      createGain = node;
      createOscillator = () => ({
        ...node(),
        start: (at: number) => starts.push(at),
        stop: (at: number) => ends.push(at),
      });
    }
    vi.stubGlobal("AudioContext", FakeContext);
    vi.resetModules();
    return import("./sound").then((fresh) => {
      fresh.play("alerts", name, 0.5)();
      expect(starts.length).toBeGreaterThan(0);
      expect(starts.every((start, index) => start >= 10 && (ends[index] ?? 0) > start)).toBe(true);
      expect(Math.max(...ends)).toBeLessThan(14);
    });
  });
});
