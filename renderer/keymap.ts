import { z } from 'zod';

/** These count only while their panel has the focus, over whatever the map says. */
const LAYERED = 'suggestion.';

/** A preset of keys: command id → chords. Files live in assets/keymaps. */
export type Keymap = {
  readonly id: string;
  readonly name: string;
  readonly bindings: Readonly<Record<string, readonly string[]>>;
};

const schema = z.strictObject({
  schema: z.literal('montage.keymap/1'),
  id: z.string(),
  name: z.string(),
  /** The map this one starts from; what it names replaces, what it leaves out stays. */
  extends: z.string().optional(),
  bindings: z.record(z.string(), z.array(z.string())),
});

/**
 * Reads keymap files and lays each over the one it extends. A chord that a map gives to another command is taken from
 * the command that inherited it; keys of suggestions lie above every map and stay.
 *
 * @throws ZodError when a file is not a keymap
 */
export function readKeymaps(files: readonly unknown[]): readonly Keymap[] {
  const read = files.map((file) => schema.parse(file));
  return read.map(({ id, name, extends: base, bindings }) => {
    const inherited = read.find((candidate) => candidate.id === base)?.bindings ?? {};
    const claimed = new Set(Object.values(bindings).flat());
    const merged: Record<string, readonly string[]> = { ...inherited, ...bindings };
    for (const [command, chords] of Object.entries(inherited)) {
      if (bindings[command] !== undefined || command.startsWith(LAYERED)) continue;
      merged[command] = chords.filter((chord) => !claimed.has(chord));
    }
    return { id, name, bindings: merged };
  });
}

/** Commands by chord: the inverse of a keymap. Several commands may share one where their panels differ. */
export function commandsByChord(keymap: Keymap): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [command, chords] of Object.entries(keymap.bindings)) {
    for (const chord of chords) found.set(chord, [...(found.get(chord) ?? []), command]);
  }
  return found;
}
