import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  commandForChord,
  registerCommands,
  runCommand,
  setKeymaps,
  useCommandsStore,
} from '../../renderer/commands.ts';
import { commandsByChord, readKeymaps } from '../../renderer/keymap.ts';
import { chordLabel, chordOf, type KeyStroke, targetKeeps } from '../../renderer/keys.ts';

const folder = new URL('../../assets/keymaps/', import.meta.url);
const keymaps = readKeymaps(
  readdirSync(folder).map((name): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))),
);
const map = (id: string) => {
  const found = keymaps.find((keymap) => keymap.id === id);
  if (found === undefined) throw new Error(`no keymap ${id}`);
  return found;
};
const stroke = (key: string, code: string, modifiers: Partial<KeyStroke> = {}): KeyStroke => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
});

describe('chords', () => {
  it('name letters by what they type and punctuation by its place', () => {
    expect(chordOf(stroke('z', 'KeyZ', { ctrlKey: true }), false)).toBe('Mod+Z');
    expect(chordOf(stroke('Z', 'KeyZ', { metaKey: true, shiftKey: true }), true)).toBe('Mod+Shift+Z');
    expect(chordOf(stroke('{', 'BracketLeft', { shiftKey: true }), false)).toBe('Shift+[');
    expect(chordOf(stroke(' ', 'Space'), false)).toBe('Space');
    expect(chordOf(stroke('≈', 'KeyX', { altKey: true }), true)).toBe('Alt+X');
    expect(chordOf(stroke('Shift', 'ShiftLeft', { shiftKey: true }), false)).toBeUndefined();
  });

  it('a Mac tells Cmd from Ctrl, other systems ignore the system key', () => {
    expect(chordOf(stroke('k', 'KeyK', { ctrlKey: true }), true)).toBe('Ctrl+K');
    expect(chordOf(stroke('k', 'KeyK', { metaKey: true }), false)).toBe('K');
  });

  it('show as key caps of the system', () => {
    expect(chordLabel('Mod+Shift+Z', true)).toBe('⌘⇧Z');
    expect(chordLabel('Mod+Shift+Z', false)).toBe('Ctrl+Shift+Z');
    expect(chordLabel('ArrowLeft', false)).toBe('←');
  });

  it('text fields keep every plain key; pages keep only Tab', () => {
    fc.assert(
      fc.property(fc.constantFrom(...'ABCJKLIO0123456789[],.'.split(''), 'Space', 'Delete', 'ArrowLeft'), (key) => {
        expect(targetKeeps('text', key)).toBe(true);
        expect(targetKeeps('page', key)).toBe(false);
      }),
    );
    expect(targetKeeps('text', 'Mod+Z')).toBe(true);
    expect(targetKeeps('text', 'Mod+K')).toBe(false);
    expect(targetKeeps('control', 'Space')).toBe(true);
    expect(targetKeeps('control', 'J')).toBe(false);
  });
});

describe('keymaps', () => {
  it('ship four presets that name the same commands', () => {
    expect(keymaps.map((keymap) => keymap.id).sort()).toEqual(['fcp', 'montage', 'premiere', 'resolve']);
    const ids = Object.keys(map('montage').bindings).sort();
    for (const keymap of keymaps) expect(Object.keys(keymap.bindings).sort()).toEqual(ids);
  });

  it('never give one chord to two commands outside the suggestion layer', () => {
    for (const keymap of keymaps) {
      for (const [chord, commands] of commandsByChord(keymap)) {
        const plain = commands.filter((command) => !command.startsWith('suggestion.'));
        expect(plain.length, `${keymap.id}: ${chord} → ${plain.join(', ')}`).toBeLessThanOrEqual(1);
      }
    }
  });

  it('follow each editor: Delete ripples in Final Cut only, split is Ctrl+K in Premiere and Ctrl+B elsewhere', () => {
    expect(map('fcp').bindings['edit.rippleDelete']).toContain('Delete');
    expect(map('premiere').bindings['edit.lift']).toContain('Delete');
    expect(map('premiere').bindings['edit.split']).toEqual(['Mod+K']);
    expect(map('resolve').bindings['edit.split']).toContain('Mod+B');
    expect(map('resolve').bindings['transport.playStop']).toEqual(['Space']);
  });

  it('keep the keys of suggestions whatever a preset says', () => {
    for (const keymap of keymaps) expect(keymap.bindings['suggestion.refuse']).toEqual(['Delete', 'Backspace']);
  });
});

describe('commands', () => {
  beforeEach(() => {
    useCommandsStore.setState({ commands: new Map() });
    setKeymaps(keymaps, 'montage');
  });

  it('prefer the command of the focused panel', () => {
    const lift = { id: 'edit.lift', label: 'Lift', group: 'Edit', run: vi.fn() } as const;
    const refuse = {
      id: 'suggestion.refuse',
      label: 'Refuse',
      group: 'Suggestion',
      panels: ['inspector'],
      run: vi.fn(),
    } as const;
    registerCommands([lift, refuse]);
    const state = useCommandsStore.getState();
    expect(commandForChord(state, 'Delete', 'inspector')?.id).toBe('suggestion.refuse');
    expect(commandForChord(state, 'Delete', 'timeline')?.id).toBe('edit.lift');
  });

  it('do not run what cannot run, and are taken back as they were registered', () => {
    const run = vi.fn();
    const undo = registerCommands([{ id: 'edit.undo', label: 'Undo', group: 'Edit', when: () => false, run }]);
    expect(runCommand('edit.undo')).toBe(false);
    expect(commandForChord(useCommandsStore.getState(), 'Mod+Z', 'bin')).toBeUndefined();
    undo();
    const again = registerCommands([{ id: 'edit.undo', label: 'Undo', group: 'Edit', run }]);
    undo();
    expect(runCommand('edit.undo')).toBe(true);
    expect(run).toHaveBeenCalledOnce();
    again();
    expect(runCommand('edit.undo')).toBe(false);
  });
});
