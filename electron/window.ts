import { app, BrowserWindow, type Rectangle, screen } from 'electron';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_ORIGIN } from '../core/contract/shell.ts';
import { PRELOAD } from './files.ts';

type Placement = { readonly bounds: Rectangle; readonly maximised: boolean };

const DEFAULT_SIZE = { width: 1440, height: 900 };
/** Smallest window and title bar of the interface specification, in CSS pixels. */
const MIN_SIZE = { minWidth: 1024, minHeight: 640 };
const TITLE_BAR = { color: '#222222', symbolColor: '#CFCFCF', height: 32 };

/** Opens the app's window where it was last; the page comes from the app's own scheme. */
export function openWindow(): BrowserWindow {
  const placement = readPlacement();
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...placement?.bounds,
    ...MIN_SIZE,
    show: false,
    backgroundColor: '#0A0A0A',
    title: 'Montage',
    titleBarStyle: 'hidden',
    titleBarOverlay: TITLE_BAR,
    trafficLightPosition: { x: 12, y: 9 },
    webPreferences: {
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (placement?.maximised === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => writePlacement({ bounds: window.getNormalBounds(), maximised: window.isMaximized() }));
  void window.loadURL(`${APP_ORIGIN}/index.html`);
  return window;
}

function placementFile(): string {
  return join(app.getPath('userData'), 'window.json');
}

/** Where the window was; undefined at the first start, and when that place is on no screen any more. */
function readPlacement(): Placement | undefined {
  try {
    const stored: unknown = JSON.parse(readFileSync(placementFile(), 'utf8'));
    if (!isPlacement(stored)) return undefined;
    const { bounds } = stored;
    const { workArea } = screen.getDisplayMatching(bounds);
    const isReachable =
      bounds.x + bounds.width > workArea.x &&
      bounds.x < workArea.x + workArea.width &&
      bounds.y >= workArea.y &&
      bounds.y < workArea.y + workArea.height;
    return isReachable ? stored : undefined;
  } catch {
    return undefined;
  }
}

function writePlacement(placement: Placement): void {
  try {
    writeFileSync(placementFile(), JSON.stringify(placement));
  } catch {
    // The next window opens where a first one would.
  }
}

function isPlacement(value: unknown): value is Placement {
  if (typeof value !== 'object' || value === null || !('bounds' in value) || !('maximised' in value)) return false;
  const { bounds, maximised } = value;
  if (typeof bounds !== 'object' || bounds === null || typeof maximised !== 'boolean') return false;
  const numbers = Object.entries(bounds).filter(([, number]) => Number.isInteger(number));
  return ['x', 'y', 'width', 'height'].every((side) => numbers.some(([name]) => name === side));
}
