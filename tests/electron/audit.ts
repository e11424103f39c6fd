import type { WebPreferences } from 'electron';
import { createContext, runInContext } from 'node:vm';
import { boot, bootUnready, type Patch, preloadText, type Shell } from './boot.ts';
import { ContentsDouble, EventDouble, SessionDouble } from './electron-double.ts';

/** What is wrong with the shell's defences; empty when nothing is. Each finding is one sentence. */
export async function auditShell(patches: readonly Patch[] = []): Promise<readonly string[]> {
  const shell = await boot({ patches });
  return [
    ...preferenceFindings(shell),
    ...navigationFindings(shell),
    ...permissionFindings(shell.session),
    ...permissionFindings(laterSession(shell)),
    ...requestFindings(shell),
    ...schemeFindings(shell),
    ...(await protocolFindings(shell)),
    ...(await senderFindings(shell)),
    ...(await instanceFindings(patches)),
  ];
}

const findings = (...rules: readonly (readonly [holds: boolean, otherwise: string])[]): readonly string[] =>
  rules.flatMap(([holds, otherwise]) => (holds ? [] : [otherwise]));

const PREFERENCES: WebPreferences = {
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
  devTools: false,
};

function preferenceFindings({ app, window }: Shell): readonly string[] {
  const set = new Map<string, unknown>(Object.entries(window.options.webPreferences ?? {}));
  return [
    ...findings(
      [app.sandboxed, 'the app does not sandbox every renderer'],
      [window.address === 'montage://app/index.html', `the window shows ${window.address}`],
    ),
    ...Object.entries(PREFERENCES).flatMap(([name, safe]) =>
      set.get(name) === safe ? [] : [`${name} is ${String(set.get(name))}`],
    ),
  ];
}

function navigationFindings({ window }: Shell): readonly string[] {
  const denied = (name: string): boolean => {
    const event = Object.assign(new EventDouble(), { url: 'https://example.com/' });
    window.contents.emit(name, event, 'https://example.com/');
    return event.defaultPrevented;
  };
  const events = ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'];
  const opened = window.contents.openHandler?.({
    url: 'https://example.com/',
    frameName: '',
    features: '',
    disposition: 'new-window',
    referrer: { url: '', policy: 'default' },
  });
  return [
    ...events.filter((name) => !denied(name)).map((name) => `${name} is let through`),
    ...findings([opened?.action === 'deny', 'window.open opens a window']),
  ];
}

const PERMISSIONS = ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read', 'fullscreen'] as const;

/** A session that Electron makes later, for whatever reason. */
function laterSession({ app }: Shell): SessionDouble {
  const session = new SessionDouble();
  app.emit('session-created', session);
  return session;
}

function permissionFindings(session: SessionDouble): readonly string[] {
  const download = new EventDouble();
  session.emit('will-download', download);
  const granted = PERMISSIONS.filter((permission) => {
    let answer: unknown = 'none';
    // The handler must not look at who asks: nobody is granted anything.
    if (session.onRequest !== null)
      Reflect.apply(session.onRequest, undefined, [null, permission, (is: boolean) => (answer = is), {}]);
    return answer !== false;
  });
  const check =
    session.onCheck === null ||
    Reflect.apply(session.onCheck, undefined, [null, 'media', 'montage://app', {}]) !== false;
  const device =
    session.onDevice === null || Reflect.apply(session.onDevice, undefined, [{ deviceType: 'usb' }]) !== false;
  return [
    ...granted.map((permission) => `the permission ${permission} is not refused`),
    ...findings(
      [!check, 'a permission check is not refused'],
      [!device, 'a device is not refused'],
      [download.defaultPrevented, 'a download is let through'],
    ),
  ];
}

function requestFindings({ session }: Shell): readonly string[] {
  const cancelled = (url: string): boolean | undefined => {
    let cancel: boolean | undefined;
    session.beforeRequest?.({ url }, (response) => (cancel = response.cancel));
    return cancel;
  };
  const foreign = [
    'https://example.com/',
    'http://127.0.0.1:9000/',
    'ws://example.com/',
    'file:///etc/passwd',
    'montage://other/',
    'https://example.com/?montage://app/',
  ];
  return [
    ...foreign.filter((url) => cancelled(url) !== true).map((url) => `the page reaches ${url}`),
    ...findings([cancelled('montage://app/proxy/1') === false, 'the page cannot reach its own origin']),
  ];
}

function schemeFindings({ schemes }: Shell): readonly string[] {
  const expected = [
    { scheme: 'montage', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ];
  const same = JSON.stringify(schemes) === JSON.stringify(expected);
  return findings([same, `the scheme's privileges are ${JSON.stringify(schemes)}`]);
}

async function protocolFindings(shell: Shell): Promise<readonly string[]> {
  const page = await shell.get('montage://app/index.html');
  const policy = page.headers.get('content-security-policy') ?? '';
  const statusOf = async (address: string, method = 'GET') => (await shell.get(address, { method })).status;
  const ways = [
    '../secret.json',
    '%2e%2e/secret.json',
    '..%2fsecret.json',
    'assets/..%5c..%5csecret.json',
    '%00',
    '%ff',
  ];
  const statuses = await Promise.all(ways.map((way) => statusOf(`montage://app/${way}`)));
  return [
    ...ways.filter((_, index) => statuses[index] !== 404).map((way) => `${way} leads out of the page's folder`),
    ...findings(
      [
        policy.startsWith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"),
        `the page's policy is ${policy}`,
      ],
      [policy.includes("connect-src 'self'") && policy.includes("frame-ancestors 'none'"), 'the policy has holes'],
      [page.headers.get('x-content-type-options') === 'nosniff', 'the page may be sniffed'],
      [(await statusOf('montage://evil/index.html')) === 404, 'another host of the scheme is answered'],
      [(await statusOf('montage://app/index.html', 'POST')) === 405, 'POST is answered'],
      [(await statusOf('montage://app/proxy/1')) === 503, 'bytes are answered without an engine'],
    ),
  ];
}

async function senderFindings(shell: Shell): Promise<readonly string[]> {
  const { window } = shell;
  const strangers = {
    'another page': { senderFrame: { parent: null, origin: 'https://example.com' } },
    'a frame in the page': { senderFrame: { parent: {}, origin: 'montage://app' } },
    'a frame that is gone': { senderFrame: null },
    'another window': { sender: new ContentsDouble() },
  };
  const found: string[] = [];
  for (const [who, as] of Object.entries(strangers)) {
    shell.picks.splice(0, shell.picks.length, ['/secret'], ['/secret']);
    const before = window.contents.sent.length;
    const picked = [
      await shell.say('montage:pick-footage', [], as),
      await shell.say('montage:pick-save-path', ['a'], as),
    ];
    for (const channel of ['montage:request-engine-port', 'montage:reveal-file', 'montage:edit-text']) {
      await shell.say(channel, [channel.endsWith('text') ? 'paste' : '/etc/passwd'], as);
    }
    await shell.say('montage:open-project', ['new'], as);
    const heard =
      picked.some((answer) => answer !== null) ||
      window.contents.sent.length > before ||
      shell.shown.length > 0 ||
      window.contents.did.length > 0 ||
      window.did.length > 0;
    if (heard) found.push(`${who} is heard`);
  }
  await shell.say('montage:reveal-file', ['relative/path']);
  await shell.say('montage:edit-text', ['openDevTools']).catch(() => found.push('the page names what is done to it'));
  return [...found, ...findings([shell.shown.length === 0, 'a relative path is shown'])];
}

async function instanceFindings(patches: readonly Patch[]): Promise<readonly string[]> {
  const second = await bootUnready({ patches, isFirst: false });
  await second.app.becomeReady();
  return findings([second.app.quits === 1 && second.windows.length === 0, 'a second instance goes on']);
}

type Hear = (event: { ports: readonly unknown[] }, ...args: readonly unknown[]) => void;

/** The preload in a page: what it exposed, and what it passed on. `isTop` false: inside a frame. */
export async function loadPreload(origin: string, isTop: boolean, patches: readonly Patch[] = []) {
  const exposed = new Map<string, unknown>();
  const posted: unknown[][] = [];
  const sent: unknown[][] = [];
  const hears = new Map<string, Hear[]>();
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, value: unknown) => void exposed.set(name, value) },
    ipcRenderer: {
      on: (channel: string, hear: Hear) => void hears.set(channel, [...(hears.get(channel) ?? []), hear]),
      off: (channel: string, hear: Hear) =>
        void hears.set(
          channel,
          (hears.get(channel) ?? []).filter((it) => it !== hear),
        ),
      send: (...args: unknown[]) => void sent.push(args),
      invoke: (...args: unknown[]) => {
        sent.push(args);
        return Promise.resolve(['/footage/a.mp4', 7]);
      },
    },
    webUtils: { getPathForFile: (file: { readonly path: string }) => file.path },
  };
  const window = { location: { origin }, postMessage: (...args: unknown[]) => void posted.push(args) };
  // No process, no Buffer, no require: the sandbox of a preload has the page's world and this one module.
  const world = createContext({
    globalThis: undefined,
    montageElectron: electron,
    navigator: { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140' },
    window: Object.assign(window, { top: isTop ? window : {} }),
  });
  runInContext((await preloadText(patches)).replaceAll('globalThis.montageElectron', 'montageElectron'), world);
  const bridge = exposed.get('montageShell');
  return {
    exposed,
    bridge: typeof bridge === 'object' && bridge !== null ? bridge : {},
    posted,
    sent,
    hear: (channel: string, event: Parameters<Hear>[0], ...args: readonly unknown[]) => {
      for (const hear of hears.get(channel) ?? []) hear(event, ...args);
    },
  };
}

const BRIDGE = [
  'editText',
  'onCommand',
  'openProject',
  'pathForFile',
  'pickFootage',
  'pickSavePath',
  'platform',
  'requestEnginePort',
  'revealFile',
];

/** What is wrong with the preload. */
export async function auditPreload(patches: readonly Patch[] = []): Promise<readonly string[]> {
  const own = await loadPreload('montage://app', true, patches);
  own.hear('montage:engine-port', { ports: ['port'] });
  const [message, target, ports] = own.posted[0] ?? [];
  const strangers = await Promise.all([
    loadPreload('https://example.com', true, patches),
    loadPreload('montage://app', false, patches),
  ]);
  for (const stranger of strangers) stranger.hear('montage:engine-port', { ports: ['port'] });
  const heard: unknown[] = [];
  const onCommand: unknown = Reflect.get(own.bridge, 'onCommand');
  if (typeof onCommand === 'function') Reflect.apply(onCommand, undefined, [(...args: unknown[]) => heard.push(args)]);
  own.hear('montage:command', { ports: [] }, 'edit.undo');
  return findings(
    [[...own.exposed.keys()].join() === 'montageShell', `the page gets ${[...own.exposed.keys()].join(', ')}`],
    [
      Object.keys(own.bridge).toSorted().join() === BRIDGE.join(),
      `the bridge has ${Object.keys(own.bridge).join(', ')}`,
    ],
    [message === 'montage:engine-port' && JSON.stringify(ports) === '["port"]', 'the port does not arrive'],
    [target === 'montage://app', `the port is posted to ${String(target)}`],
    [JSON.stringify(heard) === '[["edit.undo"]]', `a command brings ${JSON.stringify(heard)}`],
    [strangers.every(({ exposed }) => exposed.size === 0), 'another page gets the bridge'],
    [strangers.every(({ posted }) => posted.length === 0), 'another page gets the port'],
  );
}
