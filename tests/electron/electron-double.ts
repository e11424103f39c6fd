import type {
  App,
  BrowserWindow,
  BrowserWindowConstructorOptions,
  CallbackResponse,
  CustomScheme,
  Dialog,
  ForkOptions,
  HandlerDetails,
  MenuItemConstructorOptions,
  OnBeforeRequestListenerDetails,
  OpenDialogOptions,
  Protocol,
  Rectangle,
  Session,
  UtilityProcess,
  WebContents,
  WebPreferences,
  WindowOpenHandlerResponse,
} from 'electron';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { repository } from '../architecture/planted-house.ts';

// The part of Electron that the shell uses. What is not modelled here throws: names of members, of events, of options.

const DECLARATIONS = readFileSync(join(repository, 'node_modules/electron/electron.d.ts'), 'utf8');

/** Lets only what the model has be read, and nothing be written. */
function strict<Model extends object>(name: string, model: Model): Model {
  return new Proxy(model, {
    get(target, key) {
      if (typeof key === 'string' && key !== 'then' && !(key in target)) {
        throw new Error(`the double of electron does not model ${name}.${key}`);
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return (...args: readonly unknown[]): unknown => Reflect.apply(value, target, args);
    },
    set(_target, key) {
      throw new Error(`the double of electron does not model setting ${name}.${String(key)}`);
    },
  });
}

type Listener = (...args: readonly unknown[]) => void;

/** An emitter of the events that electron.d.ts declares, and of those only. */
class Emitter {
  readonly listeners: { readonly event: string; readonly listener: Listener; readonly once: boolean }[] = [];
  on(event: string, listener: Listener): this {
    return this.add(event, listener, false);
  }
  once(event: string, listener: Listener): this {
    return this.add(event, listener, true);
  }
  emit(event: string, ...args: readonly unknown[]): void {
    const called = this.listeners.filter((entry) => entry.event === event);
    for (const entry of called) {
      if (entry.once) this.listeners.splice(this.listeners.indexOf(entry), 1);
      entry.listener(...args);
    }
  }
  add(event: string, listener: Listener, once: boolean): this {
    if (!DECLARATIONS.includes(`on(event: '${event}'`)) throw new Error(`electron has no event '${event}'`);
    this.listeners.push({ event, listener, once });
    return this;
  }
}

export class EventDouble {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

type AppPart = Pick<
  App,
  | 'addRecentDocument'
  | 'enableSandbox'
  | 'getPath'
  | 'isPackaged'
  | 'isReady'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'whenReady'
>;

class AppDouble extends Emitter implements AppPart {
  isPackaged = true;
  sandboxed = false;
  quits = 0;
  recent: string[] = [];
  private ready = false;
  private readonly waiting: (() => void)[] = [];
  private readonly userData: string;
  private readonly isFirst: boolean;
  constructor(userData: string, isFirst: boolean) {
    super();
    this.userData = userData;
    this.isFirst = isFirst;
  }
  addRecentDocument(path: string): void {
    this.recent.push(path);
  }
  enableSandbox(): void {
    if (this.ready) throw new Error('enableSandbox comes before ready');
    this.sandboxed = true;
  }
  getPath(name: Parameters<App['getPath']>[0]): string {
    if (name !== 'userData') throw new Error(`the double of electron does not model the folder ${name}`);
    return this.userData;
  }
  isReady(): boolean {
    return this.ready;
  }
  /** Emits will-quit as Electron does; a listener that prevents it quits again later. */
  quit(): void {
    this.quits += 1;
    this.emit('will-quit', new EventDouble());
  }
  requestSingleInstanceLock(): boolean {
    return this.isFirst;
  }
  setAppUserModelId(): void {}
  whenReady(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
  async becomeReady(): Promise<void> {
    this.ready = true;
    for (const resolve of this.waiting) resolve();
    await new Promise(setImmediate);
  }
}

type ContentsPart = Pick<
  WebContents,
  'copy' | 'cut' | 'delete' | 'paste' | 'redo' | 'reload' | 'selectAll' | 'send' | 'setWindowOpenHandler' | 'undo'
>;
type OpenHandler = (details: HandlerDetails) => WindowOpenHandlerResponse;

export class ContentsDouble extends Emitter implements ContentsPart {
  readonly sent: { readonly channel: string; readonly message: unknown; readonly ports: readonly MessagePort[] }[] = [];
  readonly did: string[] = [];
  openHandler: OpenHandler | undefined;
  copy = () => void this.did.push('copy');
  cut = () => void this.did.push('cut');
  delete = () => void this.did.push('delete');
  paste = () => void this.did.push('paste');
  redo = () => void this.did.push('redo');
  reload = () => void this.did.push('reload');
  selectAll = () => void this.did.push('selectAll');
  undo = () => void this.did.push('undo');
  send(channel: string, message: unknown): void {
    this.sent.push({ channel, message, ports: [] });
  }
  postMessage(channel: string, message: unknown, ports: readonly MessagePort[]): void {
    this.sent.push({ channel, message, ports });
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }
}

const WINDOW_OPTIONS = [
  'backgroundColor',
  'height',
  'minHeight',
  'minWidth',
  'show',
  'title',
  'titleBarOverlay',
  'titleBarStyle',
  'trafficLightPosition',
  'webPreferences',
  'width',
  'x',
  'y',
] as const satisfies readonly (keyof BrowserWindowConstructorOptions)[];
const PREFERENCES = [
  'allowRunningInsecureContent',
  'contextIsolation',
  'devTools',
  'experimentalFeatures',
  'navigateOnDragDrop',
  'nodeIntegration',
  'nodeIntegrationInSubFrames',
  'nodeIntegrationInWorker',
  'preload',
  'sandbox',
  'spellcheck',
  'webSecurity',
  'webviewTag',
] as const satisfies readonly (keyof WebPreferences)[];

function knowOnly(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`the double of electron does not model ${what} ${unknown.join(', ')}`);
}

type WindowPart = Pick<
  BrowserWindow,
  'focus' | 'getNormalBounds' | 'isMaximized' | 'isMinimized' | 'loadURL' | 'maximize' | 'restore' | 'show'
>;

export class WindowDouble extends Emitter implements WindowPart {
  readonly options: BrowserWindowConstructorOptions;
  readonly contents = new ContentsDouble();
  readonly webContents = strict('webContents', this.contents);
  readonly did: string[] = [];
  bounds: Rectangle = { x: 10, y: 20, width: 1200, height: 800 };
  isMaximised = false;
  isMinimised = false;
  address = '';
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    knowOnly('window option', options, WINDOW_OPTIONS);
    knowOnly('web preference', options.webPreferences ?? {}, PREFERENCES);
    this.options = options;
  }
  focus = () => void this.did.push('focus');
  getNormalBounds = () => this.bounds;
  isMaximized = () => this.isMaximised;
  isMinimized = () => this.isMinimised;
  maximize(): void {
    this.isMaximised = true;
  }
  restore = () => void this.did.push('restore');
  show = () => void this.did.push('show');
  async loadURL(address: string): Promise<void> {
    this.address = address;
  }
}

type SessionPart = Pick<
  Session,
  'setDevicePermissionHandler' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler'
>;
type BeforeRequest = (
  details: Pick<OnBeforeRequestListenerDetails, 'url'>,
  answer: (response: CallbackResponse) => void,
) => void;

export class SessionDouble extends Emitter implements SessionPart {
  onRequest: Parameters<Session['setPermissionRequestHandler']>[0] = null;
  onCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null;
  onDevice: Parameters<Session['setDevicePermissionHandler']>[0] = null;
  beforeRequest: BeforeRequest | undefined;
  setPermissionRequestHandler(handler: Parameters<Session['setPermissionRequestHandler']>[0]): void {
    this.onRequest = handler;
  }
  setPermissionCheckHandler(handler: Parameters<Session['setPermissionCheckHandler']>[0]): void {
    this.onCheck = handler;
  }
  setDevicePermissionHandler(handler: Parameters<Session['setDevicePermissionHandler']>[0]): void {
    this.onDevice = handler;
  }
  readonly webRequest = strict('webRequest', {
    onBeforeRequest: (listener: BeforeRequest): void => void (this.beforeRequest = listener),
  });
}

type ChildPart = Pick<UtilityProcess, 'kill' | 'pid'>;

/** An engine process that does what the test says. */
export class ChildDouble extends Emitter implements ChildPart {
  readonly pid = 4711;
  readonly stderr = new PassThrough();
  readonly heard: { readonly order: unknown; readonly ports: readonly MessagePort[] }[] = [];
  killed = false;
  readonly entry: string;
  readonly options: ForkOptions;
  constructor(entry: string, options: ForkOptions) {
    super();
    this.entry = entry;
    this.options = options;
  }
  postMessage(order: unknown, ports: readonly MessagePort[] = []): void {
    this.heard.push({ order, ports });
  }
  kill(): boolean {
    this.killed = true;
    return true;
  }
}

/** Who sent a message: the app's own page unless the test says otherwise. */
export type Sender = {
  readonly sender: ContentsDouble;
  readonly senderFrame: { parent: null | object; origin: string } | null;
};
type Hear = (event: Sender, ...args: unknown[]) => unknown;
type MessageBox = { readonly message: string; readonly detail?: string; readonly buttons?: readonly string[] };
type DialogResult = Awaited<ReturnType<Dialog['showOpenDialog']>>;

export type DoubleOptions = { readonly userData: string; readonly isFirst?: boolean };

/** A fresh Electron: what the shell imports, and what it did with it. */
export function electronDouble({ userData, isFirst = true }: DoubleOptions) {
  const app = new AppDouble(userData, isFirst);
  const session = new SessionDouble();
  const windows: WindowDouble[] = [];
  const children: ChildDouble[] = [];
  const schemes: CustomScheme[] = [];
  const handlers = new Map<string, Parameters<Protocol['handle']>[1]>();
  const hears = new Map<string, Hear>();
  const menus: (readonly MenuItemConstructorOptions[])[] = [];
  const shown: string[] = [];
  const asked: MessageBox[] = [];
  /** Buttons that the user presses next; with none left a question stays open. */
  const presses: number[] = [];
  /** Files that the user picks next; null cancels. */
  const picks: (readonly string[] | null)[] = [];
  const areas: Rectangle[] = [{ x: 0, y: 0, width: 1920, height: 1080 }];
  const press = (box: MessageBox): Promise<{ response: number }> => {
    asked.push(box);
    const response = presses.shift();
    return response === undefined ? new Promise(() => undefined) : Promise.resolve({ response });
  };
  const pick = async (): Promise<DialogResult> => {
    const picked = picks.shift();
    if (picked === undefined) throw new Error('nobody said what the user picks');
    return { canceled: picked === null, filePaths: [...(picked ?? [])] };
  };
  class BrowserWindowDouble extends WindowDouble {
    constructor(options: BrowserWindowConstructorOptions) {
      if (!app.isReady()) throw new Error('a window comes after ready');
      super(options);
      windows.push(this);
      app.emit('web-contents-created', new EventDouble(), this.webContents);
      return strict('BrowserWindow', this);
    }
  }
  const module = {
    app: strict('app', app),
    BrowserWindow: BrowserWindowDouble,
    dialog: strict('dialog', {
      showMessageBox: (...args: readonly unknown[]) => press(boxOf(args)),
      showMessageBoxSync: (_window: unknown, box: MessageBox): number => {
        asked.push(box);
        return presses.shift() ?? 0;
      },
      showOpenDialog: (_window: unknown, _options: OpenDialogOptions) => pick(),
      showSaveDialog: async () => {
        const { canceled, filePaths } = await pick();
        return { canceled, filePath: filePaths[0] ?? '' };
      },
    }),
    ipcMain: strict('ipcMain', {
      handle: (channel: string, hear: Hear) => void hears.set(channel, hear),
      on: (channel: string, hear: Hear) => void hears.set(channel, hear),
    }),
    Menu: strict('Menu', {
      buildFromTemplate: (template: readonly MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (menu: readonly MenuItemConstructorOptions[]) => void menus.push(menu),
    }),
    MessageChannelMain: MessageChannel,
    protocol: strict('protocol', {
      registerSchemesAsPrivileged(given: readonly CustomScheme[]) {
        if (app.isReady()) throw new Error('schemes are registered before ready');
        schemes.push(...given);
      },
      handle(scheme: string, handler: Parameters<Protocol['handle']>[1]) {
        if (!app.isReady()) throw new Error('schemes are handled after ready');
        handlers.set(scheme, handler);
      },
    }),
    screen: strict('screen', { getDisplayMatching: () => ({ workArea: areas[0] }) }),
    session: strict('session', { defaultSession: strict('defaultSession', session) }),
    shell: strict('shell', { showItemInFolder: (path: string) => void shown.push(path) }),
    utilityProcess: strict('utilityProcess', {
      fork(entry: string, _args: readonly string[], options: ForkOptions) {
        const child = new ChildDouble(entry, options);
        children.push(child);
        return strict('utilityProcess', child);
      },
    }),
  };
  return {
    module,
    app,
    session,
    windows,
    children,
    schemes,
    handlers,
    hears,
    menus,
    shown,
    asked,
    presses,
    picks,
    areas,
  };
}

export type ElectronDouble = ReturnType<typeof electronDouble>;

function boxOf(args: readonly unknown[]): MessageBox {
  const box = args.at(-1);
  if (typeof box !== 'object' || box === null || !('message' in box)) throw new Error('a message box has a message');
  return { detail: '', buttons: [], ...box, message: String(box.message) };
}
