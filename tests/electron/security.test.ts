import { describe, expect, test } from 'vitest';
import { auditPreload, auditShell, loadPreload } from './audit.ts';
import type { Patch } from './boot.ts';

/** Every defence of the shell, said wrong once. */
const WRONG: readonly (readonly [file: string, from: string, to: string])[] = [
  ['main.ts', 'app.enableSandbox();', ''],
  ['main.ts', 'lockDown();', ''],
  ['main.ts', 'denyAccess(session.defaultSession);', ''],
  ['main.ts', 'if (app.requestSingleInstanceLock()) run();', 'app.requestSingleInstanceLock(); if (true) run();'],
  ['window.ts', 'sandbox: true', 'sandbox: false'],
  ['window.ts', 'contextIsolation: true', 'contextIsolation: false'],
  ['window.ts', 'nodeIntegration: false', 'nodeIntegration: true'],
  ['window.ts', 'nodeIntegrationInWorker: false', 'nodeIntegrationInWorker: true'],
  ['window.ts', 'nodeIntegrationInSubFrames: false', 'nodeIntegrationInSubFrames: true'],
  ['window.ts', 'webSecurity: true', 'webSecurity: false'],
  ['window.ts', 'allowRunningInsecureContent: false', 'allowRunningInsecureContent: true'],
  ['window.ts', 'experimentalFeatures: false', 'experimentalFeatures: true'],
  ['window.ts', 'webviewTag: false', 'webviewTag: true'],
  ['window.ts', 'navigateOnDragDrop: false', 'navigateOnDragDrop: true'],
  ['window.ts', 'devTools: !app.isPackaged', 'devTools: true'],
  ['window.ts', '`${APP_ORIGIN}/index.html`', "'https://example.com/'"],
  ['lockdown.ts', "app.on('session-created', denyAccess);", ''],
  ['lockdown.ts', "contents.on('will-navigate', (event) => event.preventDefault());", ''],
  ['lockdown.ts', "contents.on('will-frame-navigate', (event) => event.preventDefault());", ''],
  ['lockdown.ts', "contents.on('will-redirect', (event) => event.preventDefault());", ''],
  ['lockdown.ts', "contents.on('will-attach-webview', (event) => event.preventDefault());", ''],
  ['lockdown.ts', "action: 'deny'", "action: 'allow'"],
  ['lockdown.ts', 'answer(false)', 'answer(true)'],
  ['lockdown.ts', 'setPermissionCheckHandler(() => false)', 'setPermissionCheckHandler(() => true)'],
  ['lockdown.ts', 'setDevicePermissionHandler(() => false)', 'setDevicePermissionHandler(() => true)'],
  ['lockdown.ts', "session.on('will-download', (event) => event.preventDefault());", ''],
  ['lockdown.ts', '!OWN_ADDRESS.test(url)', 'false'],
  ['lockdown.ts', '/^(?:montage', '/(?:montage'],
  ['app-protocol.ts', 'stream: true', 'stream: true, bypassCSP: true'],
  ['app-protocol.ts', 'secure: true', 'secure: true, allowServiceWorkers: true'],
  ['app-protocol.ts', 'if (`${scheme}//${host}` !== APP_ORIGIN) return refuse(404);', ''],
  ['app-protocol.ts', "request.method !== 'GET' && request.method !== 'HEAD'", 'false'],
  ['app-protocol.ts', '{ headers: file.headers }', '{}'],
  ['ipc.ts', 'frame.origin === APP_ORIGIN', 'true'],
  ['ipc.ts', 'frame?.parent === null && frame.origin', 'frame?.origin'],
  ['ipc.ts', 'own?.webContents === event.sender && isApp', 'isApp'],
  ['ipc.ts', ' && isAbsolute(path)', ''],
  ['ipc.ts', 'isTextAction(action)', "typeof action === 'string'"],
];

const WRONG_PRELOAD: readonly (readonly [from: string, to: string])[] = [
  ['window.top === window && ', ''],
  [' && window.location.origin === APP_ORIGIN', ''],
  [
    'window.postMessage(ENGINE_PORT_MESSAGE, APP_ORIGIN, [port])',
    "window.postMessage(ENGINE_PORT_MESSAGE, '*', [port])",
  ],
  ['const bridge: ShellBridge<File> = {', 'const bridge = { ipcRenderer,'],
  [
    "exposeInMainWorld('montageShell', bridge);",
    "exposeInMainWorld('montageShell', bridge); contextBridge.exposeInMainWorld('ipc', ipcRenderer);",
  ],
  ["if (typeof id === 'string') listener(id);", 'listener(_event, id);'],
];

describe('the shell', () => {
  test('has no finding as it is', async () => {
    expect(await auditShell()).toEqual([]);
    expect(await auditPreload()).toEqual([]);
  });

  test.each(WRONG)('is found out with %s: %s → %s', async (file, from, to) => {
    const patch: Patch = { file: `electron/${file}`, from, to };
    expect(await auditShell([patch])).not.toEqual([]);
  });

  test.each(WRONG_PRELOAD)('is found out with a preload: %s → %s', async (from, to) => {
    expect(await auditPreload([{ file: 'electron/preload/main.ts', from, to }])).not.toEqual([]);
  });

  test('leads out of the page’s folder as soon as the check of paths is gone', async () => {
    const file = 'core/contract/page.ts';
    const patch = { file, from: " && !path.split('/').includes('..')", to: '' };
    expect(await auditShell([patch])).toContain("..%2fsecret.json leads out of the page's folder");
  });
});

describe('the preload', () => {
  test('gives the window what the contract says, and passes on only what fits it', async () => {
    const { bridge, sent, hear } = await loadPreload('montage://app', true);
    const call = (name: string, ...args: readonly unknown[]): unknown => {
      const member: unknown = Reflect.get(bridge, name);
      return typeof member === 'function' ? Reflect.apply(member, bridge, args) : member;
    };
    expect(call('platform')).toBe('linux');
    expect(call('pathForFile', { path: '/footage/a.mp4' })).toBe('/footage/a.mp4');
    expect(await call('pickFootage')).toEqual(['/footage/a.mp4']);
    expect(await call('pickSavePath', 'cut.otio')).toBeNull();
    call('requestEnginePort');
    call('editText', 'copy');
    call('openProject', 'new');
    const heard: unknown[] = [];
    const stop = call('onCommand', (id: unknown) => heard.push(id));
    hear('montage:command', { ports: [] }, 'edit.redo');
    hear('montage:command', { ports: [] }, { id: 'edit.redo' });
    if (typeof stop === 'function') Reflect.apply(stop, undefined, []);
    hear('montage:command', { ports: [] }, 'edit.undo');
    expect(heard).toEqual(['edit.redo']);
    expect(sent).toEqual([
      ['montage:pick-footage'],
      ['montage:pick-save-path', 'cut.otio'],
      ['montage:request-engine-port'],
      ['montage:edit-text', 'copy'],
      ['montage:open-project', 'new'],
    ]);
  });
});
