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
}

export const ENGINE_PORT_MESSAGE = 'montage:engine-port';

/** Custom scheme that serves bytes by id: `montage-media://bytes/<kind>/<handle>`. */
export const MEDIA_SCHEME = 'montage-media';
