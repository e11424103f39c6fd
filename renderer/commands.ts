import { create } from 'zustand';
import { commandsByChord, type Keymap } from './keymap.ts';
import type { PanelId } from './stores/focus.ts';

/** Something the user can do by name: in the palette, by key, from a button or menu. */
export type Command = {
  /** Stable, as keymaps name it: "edit.split". */
  readonly id: string;
  /** Sentence case, a verb first: "Split at playhead". */
  readonly label: string;
  readonly group: 'App' | 'Edit' | 'Media' | 'Play' | 'Suggestion' | 'Timeline' | 'View';
  /** Its keys count only while one of these panels has the focus; everywhere when left out. */
  readonly panels?: readonly PanelId[];
  /** Whether it can run now; always when left out. */
  readonly when?: () => boolean;
  readonly run: () => void;
};

type CommandsState = {
  readonly commands: ReadonlyMap<string, Command>;
  readonly keymaps: readonly Keymap[];
  readonly keymapId: string;
  /** Ids run from the palette, latest first, at most 5. */
  readonly recent: readonly string[];
};

/** Every command that is registered now, and the keys in force. */
export const useCommandsStore = create<CommandsState>(() => ({
  commands: new Map(),
  keymaps: [],
  keymapId: 'montage',
  recent: [],
}));

/** Registers commands; the returned function takes back exactly these. */
export function registerCommands(commands: readonly Command[]): () => void {
  useCommandsStore.setState((state) => ({
    commands: new Map([...state.commands, ...commands.map((command) => [command.id, command] as const)]),
  }));
  return () =>
    useCommandsStore.setState((state) => ({
      commands: new Map([...state.commands].filter(([, command]) => !commands.includes(command))),
    }));
}

/** Puts keymaps in force. */
export function setKeymaps(keymaps: readonly Keymap[], keymapId: string): void {
  useCommandsStore.setState({ keymaps, keymapId });
}

const KEYMAP_KEY = 'montage.keymap';

/** The preset of keys the user chose last. */
export function rememberedKeymap(view: Window): string {
  return view.localStorage.getItem(KEYMAP_KEY) ?? 'montage';
}

/** Puts another preset of keys in force and remembers it. */
export function chooseKeymap(view: Window, keymapId: string): void {
  useCommandsStore.setState({ keymapId });
  view.localStorage.setItem(KEYMAP_KEY, keymapId);
}

export function activeKeymap(state: Pick<CommandsState, 'keymaps' | 'keymapId'>): Keymap | undefined {
  return state.keymaps.find((keymap) => keymap.id === state.keymapId) ?? state.keymaps[0];
}

/** Runs a command by id; false when it is unknown or cannot run now. */
export function runCommand(id: string): boolean {
  const command = useCommandsStore.getState().commands.get(id);
  if (command === undefined || command.when?.() === false) return false;
  command.run();
  return true;
}

/** The first key of a command in the keymap in force. */
export function chordFor(state: Pick<CommandsState, 'keymaps' | 'keymapId'>, id: string): string | undefined {
  return activeKeymap(state)?.bindings[id]?.[0];
}

/** Which command a chord runs while a panel has the focus: one bound to that panel before one that counts everywhere. */
export function commandForChord(state: CommandsState, chord: string, panel: PanelId): Command | undefined {
  const keymap = activeKeymap(state);
  if (keymap === undefined) return undefined;
  const ids = commandsByChord(keymap).get(chord) ?? [];
  const able = ids
    .map((id) => state.commands.get(id))
    .filter((command) => command !== undefined)
    .filter((command) => command.panels?.includes(panel) !== false && command.when?.() !== false);
  return able.find((command) => command.panels !== undefined) ?? able[0];
}

/** Remembers what was run from the palette. */
export function rememberCommand(id: string): void {
  useCommandsStore.setState((state) => ({ recent: [id, ...state.recent.filter((known) => known !== id)].slice(0, 5) }));
}
