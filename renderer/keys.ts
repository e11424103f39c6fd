/** What the key handler needs of a KeyboardEvent. */
export type KeyStroke = {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
};

/** Keys named by their place, because Shift changes what they type. */
const BY_CODE: Readonly<Record<string, string>> = {
  Space: 'Space',
  BracketLeft: '[',
  BracketRight: ']',
  Comma: ',',
  Period: '.',
  Minus: '-',
  Equal: '=',
  Backquote: '`',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  Slash: '/',
};

/**
 * A stroke as keymaps write it: modifiers in the order Mod, Ctrl, Alt, Shift, then the key: "Mod+Shift+Z", "Space", "[".
 * Mod is Cmd on a Mac and Ctrl elsewhere. Undefined for a modifier pressed alone.
 */
export function chordOf(stroke: KeyStroke, mac: boolean): string | undefined {
  if (['Control', 'Meta', 'Alt', 'Shift', 'AltGraph', 'Dead'].includes(stroke.key)) return undefined;
  const modifiers = [
    (mac ? stroke.metaKey : stroke.ctrlKey) && 'Mod',
    mac && stroke.ctrlKey && 'Ctrl',
    stroke.altKey && 'Alt',
    stroke.shiftKey && 'Shift',
  ].filter((modifier) => modifier !== false);
  return [...modifiers, keyName(stroke)].join('+');
}

function keyName(stroke: KeyStroke): string {
  if (/^[a-z]$/i.test(stroke.key)) return stroke.key.toUpperCase();
  // Alt types other letters on a Mac; the key's place tells which one was meant.
  const letter = /^Key([A-Z])$/.exec(stroke.code)?.[1];
  if (stroke.altKey && letter !== undefined) return letter;
  const digit = /^Digit(\d)$/.exec(stroke.code)?.[1];
  return digit ?? BY_CODE[stroke.code] ?? stroke.key;
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Enter: '⏎',
  Backspace: '⌫',
  Delete: 'Del',
  Escape: 'Esc',
};

/** A chord as shown on key caps: "⌘⇧Z" on a Mac, "Ctrl+Shift+Z" elsewhere. */
export function chordLabel(chord: string, mac: boolean): string {
  const parts = splitChord(chord);
  const key = parts.pop() ?? '';
  const shown = SYMBOLS[key] ?? key;
  if (!mac) return [...parts.map((part) => (part === 'Mod' ? 'Ctrl' : part)), shown].join('+');
  const signs: Readonly<Record<string, string>> = { Mod: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' };
  return [...parts.map((part) => signs[part] ?? part), shown].join('');
}

/** "Mod++" is Mod and the plus key. */
function splitChord(chord: string): string[] {
  return chord.endsWith('++') ? [...chord.slice(0, -2).split('+'), '+'] : chord.split('+');
}

/** What of the page the keys go to first. */
export type KeyTarget = 'text' | 'control' | 'page';

/** Whether a stroke belongs to the element that has the focus rather than to commands. */
export function targetKeeps(target: KeyTarget, chord: string): boolean {
  switch (target) {
    case 'text':
      return !/^(?:Mod\+(?:Shift\+)?[KSM]|(?:Shift\+)?F\d+|Mod\+Enter)$/.test(chord);
    case 'control':
      return /^(?:Space|Enter|Tab|Shift\+Tab|Arrow\w+|Home|End|Escape)$/.test(chord);
    case 'page':
      return chord === 'Tab' || chord === 'Shift+Tab';
  }
}
