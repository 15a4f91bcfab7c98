import { mediaAddress } from "@/features/surfaces/drawing/address";

interface Note {
  /** Hertz. */
  pitch: number;
  /** Seconds after the first. */
  at: number;
  /** Seconds until it has died away. */
  rings: number;
  loudness: number;
  wave: OscillatorType;
  /** Hertz that the pitch moves to. */
  glides?: number;
}

/** The host's own sounds are made, not stored. */
const SOUNDS: Record<string, Note[]> = {
  chime: [
    { pitch: 1046.5, at: 0, rings: 1.4, loudness: 0.32, wave: "sine" },
    { pitch: 2093, at: 0, rings: 0.6, loudness: 0.08, wave: "sine" },
    { pitch: 1318.5, at: 0.13, rings: 1.4, loudness: 0.3, wave: "sine" },
    { pitch: 1568, at: 0.26, rings: 1.8, loudness: 0.3, wave: "sine" },
    { pitch: 3136, at: 0.26, rings: 0.7, loudness: 0.06, wave: "sine" },
  ],
  bell: [
    { pitch: 660, at: 0, rings: 2.6, loudness: 0.34, wave: "sine" },
    { pitch: 1320, at: 0, rings: 1.9, loudness: 0.16, wave: "sine" },
    { pitch: 1827, at: 0, rings: 1.1, loudness: 0.12, wave: "sine" },
    { pitch: 2745, at: 0, rings: 0.6, loudness: 0.07, wave: "sine" },
    { pitch: 330, at: 0, rings: 2.2, loudness: 0.1, wave: "sine" },
  ],
  fanfare: [
    { pitch: 523.3, at: 0, rings: 0.22, loudness: 0.2, wave: "triangle" },
    { pitch: 523.3, at: 0.14, rings: 0.16, loudness: 0.2, wave: "triangle" },
    { pitch: 523.3, at: 0.25, rings: 0.16, loudness: 0.2, wave: "triangle" },
    { pitch: 698.5, at: 0.36, rings: 1.5, loudness: 0.24, wave: "triangle" },
    { pitch: 880, at: 0.36, rings: 1.5, loudness: 0.18, wave: "triangle" },
    { pitch: 1046.5, at: 0.36, rings: 1.6, loudness: 0.16, wave: "triangle" },
  ],
  pop: [{ pitch: 320, at: 0, rings: 0.13, loudness: 0.5, wave: "sine", glides: 880 }],
};

const ATTACK_SECONDS = 0.006;
const SILENCE = 0.0001;

let context: AudioContext | null = null;

/**
 * Plays one of the host's sounds, or a plugin's file; the answer stops it. A browser may refuse to
 * make a sound before someone clicked; OBS does not, and a preview stays silent then.
 */
export function play(plugin: string, source: string, volume: number): () => void {
  const loudness = Math.max(0, Math.min(volume, 1));
  if (loudness === 0) return () => undefined;
  const notes = Object.hasOwn(SOUNDS, source) ? SOUNDS[source] : undefined;
  return notes ? playNotes(notes, loudness) : playFile(mediaAddress(plugin, source), loudness);
}

function playNotes(notes: Note[], volume: number): () => void {
  const audio = (context ??= new AudioContext());
  void audio.resume();
  const master = audio.createGain();
  master.gain.value = volume;
  master.connect(audio.destination);
  for (const note of notes) {
    const start = audio.currentTime + 0.02 + note.at;
    const end = start + note.rings;
    const oscillator = audio.createOscillator();
    oscillator.type = note.wave;
    oscillator.frequency.setValueAtTime(note.pitch, start);
    if (note.glides) oscillator.frequency.exponentialRampToValueAtTime(note.glides, end);
    const envelope = audio.createGain();
    envelope.gain.setValueAtTime(SILENCE, start);
    envelope.gain.exponentialRampToValueAtTime(note.loudness, start + ATTACK_SECONDS);
    envelope.gain.exponentialRampToValueAtTime(SILENCE, end);
    oscillator.connect(envelope).connect(master);
    oscillator.start(start);
    oscillator.stop(end);
  }
  return () => {
    master.gain.setTargetAtTime(0, audio.currentTime, 0.05);
  };
}

function playFile(address: string | null, volume: number): () => void {
  if (address === null) return () => undefined;
  const audio = new Audio(address);
  audio.volume = volume;
  audio.play().catch((error: unknown) => {
    console.warn(`The sound ${address} could not be played:`, error);
  });
  return () => audio.pause();
}
