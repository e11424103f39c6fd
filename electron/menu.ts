import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { readFileSync } from 'node:fs';
import { KEYMAP } from './files.ts';

/** What the menu does itself; everything else is a command of the window. */
export type MenuActions = {
  readonly command: (id: string) => void;
  readonly openProject: (which: 'pick' | 'new') => void;
};

type Item = MenuItemConstructorOptions;
const SEPARATOR: Item = { type: 'separator' };

/** Puts the native menu in place. Its keys are those of Montage's own key map. */
export function setMenu(actions: MenuActions): void {
  const bindings = readBindings();
  const command = (label: string, id: string): Item => {
    const accelerator = acceleratorOf(bindings.get(id));
    return {
      id,
      label,
      click: () => actions.command(id),
      // Shown here, pressed in the window: it knows whether the user is typing.
      ...(accelerator !== undefined && { accelerator, registerAccelerator: false }),
    };
  };
  const isMac = process.platform === 'darwin';
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(isMac ? [{ role: 'appMenu' } satisfies Item] : []),
      { label: '&File', submenu: fileMenu(actions, command, isMac) },
      { label: '&Edit', submenu: editMenu(command) },
      { label: '&View', submenu: viewMenu(command) },
      { label: '&Window', role: 'windowMenu' },
      {
        role: 'help',
        label: '&Help',
        submenu: [command('Find a Command…', 'app.palette'), ...(isMac ? [] : [{ role: 'about' } satisfies Item])],
      },
    ]),
  );
}

type MakeCommand = (label: string, id: string) => Item;

function fileMenu(actions: MenuActions, command: MakeCommand, isMac: boolean): Item[] {
  return [
    { label: 'New Project', accelerator: 'CmdOrCtrl+N', click: () => actions.openProject('new') },
    { label: 'Open Project…', accelerator: 'CmdOrCtrl+O', click: () => actions.openProject('pick') },
    ...(isMac ? [{ role: 'recentDocuments', submenu: [{ role: 'clearRecentDocuments' }] } satisfies Item] : []),
    SEPARATOR,
    command('New Timeline', 'timeline.new'),
    command('Add Footage…', 'media.import'),
    command('Export…', 'app.export'),
    SEPARATOR,
    { role: isMac ? 'close' : 'quit' },
  ];
}

function editMenu(command: MakeCommand): Item[] {
  return [
    command('Undo', 'edit.undo'),
    command('Redo', 'edit.redo'),
    SEPARATOR,
    command('Cut', 'edit.cut'),
    command('Copy', 'edit.copy'),
    command('Paste', 'edit.paste'),
    command('Lift', 'edit.lift'),
    command('Ripple Delete', 'edit.rippleDelete'),
    command('Select All', 'edit.selectAll'),
    command('Deselect', 'edit.deselect'),
    SEPARATOR,
    command('Split at Playhead', 'edit.split'),
    command('Split All Tracks at Playhead', 'edit.splitAll'),
    SEPARATOR,
    command('Apply Accepted Changes', 'suggestion.apply'),
  ];
}

function viewMenu(command: MakeCommand): Item[] {
  return [
    command('Media', 'view.media'),
    command('Viewer', 'view.viewer'),
    command('Timeline', 'view.timeline'),
    command('Inspector', 'view.inspector'),
    command('Suggestions on the Timeline', 'suggestion.toggleGhosts'),
    SEPARATOR,
    command('Zoom In', 'timeline.zoomIn'),
    command('Zoom Out', 'timeline.zoomOut'),
    command('Zoom to Fit', 'timeline.zoomFit'),
    SEPARATOR,
    command('Maximise Panel', 'view.maximise'),
    command('Reset Workspace', 'view.resetWorkspace'),
    { role: 'togglefullscreen' },
    ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } satisfies Item]),
  ];
}

/** First chord of each command. */
function readBindings(): ReadonlyMap<string, string> {
  const keymap: unknown = JSON.parse(readFileSync(KEYMAP, 'utf8'));
  if (typeof keymap !== 'object' || keymap === null || !('bindings' in keymap)) return new Map();
  return new Map(
    Object.entries(keymap.bindings ?? {}).flatMap(([id, chords]: [string, unknown]) => {
      const first: unknown = Array.isArray(chords) ? chords[0] : undefined;
      return typeof first === 'string' ? [[id, first] as const] : [];
    }),
  );
}

/** A chord of a key map as Electron writes it; undefined for single keys, which a menu would take from text fields. */
function acceleratorOf(chord: string | undefined): string | undefined {
  if (chord === undefined || !/^(?:Mod|Ctrl|Alt)\+/.test(chord)) return undefined;
  return chord.replace('Mod+', 'CmdOrCtrl+').replace(/Arrow(?=\w+$)/, '');
}
