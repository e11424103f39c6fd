/**
 * What the desktop shell's preload gives the window, as `window.montageShell`; a browser window has none.
 * `FileObject` is the DOM's File, which core does not know.
 */
export interface ShellBridge<FileObject> {
  readonly platform: 'darwin' | 'win32' | 'linux';
  /** Absolute path of a dropped file or folder; empty when it has none. */
  pathForFile(file: FileObject): string;
  /** The system's pickers; null when cancelled. */
  pickFootage(): Promise<readonly string[] | null>;
  pickSavePath(suggested: string): Promise<string | null>;
  revealFile(path: string): Promise<void>;
  /** Asks for a MessagePort to the engine; it arrives as a window message `ENGINE_PORT_MESSAGE` with one port. */
  requestEnginePort(): void;
  /** Hears the commands chosen in the native menu, by their ids in the key map. Returns what stops it. */
  onCommand(listener: (id: string) => void): () => void;
  /** Does to the focused text field what the menu's Edit entries say; the window cannot paste by itself. */
  editText(action: TextAction): void;
  /** Puts another project into this window: one the user picks, or a new, untitled one. */
  openProject(which: 'pick' | 'new'): void;
}

export const ENGINE_PORT_MESSAGE = 'montage:engine-port';

/** Custom scheme of the desktop shell; the page and the bytes by id share one origin, as over HTTP. */
export const APP_SCHEME = 'montage';
export const APP_ORIGIN = `${APP_SCHEME}://app`;

/** Messages between the preload and the main process. */
export const SHELL_CHANNELS = {
  pickFootage: 'montage:pick-footage',
  pickSavePath: 'montage:pick-save-path',
  revealFile: 'montage:reveal-file',
  requestEnginePort: 'montage:request-engine-port',
  enginePort: ENGINE_PORT_MESSAGE,
  command: 'montage:command',
  editText: 'montage:edit-text',
  openProject: 'montage:open-project',
} as const;

export const TEXT_ACTIONS = ['undo', 'redo', 'cut', 'copy', 'paste', 'delete', 'selectAll'] as const;
export type TextAction = (typeof TEXT_ACTIONS)[number];

/** Whether a message names something that is done to text. */
export function isTextAction(value: unknown): value is TextAction {
  return TEXT_ACTIONS.some((action) => action === value);
}
