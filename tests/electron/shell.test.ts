import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { repository } from '../architecture/planted-house.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { boot, bootUnready, type Shell } from './boot.ts';
import { type ChildDouble, EventDouble } from './electron-double.ts';

const ready = (projectPath: string) => ({ kind: 'ready', port: 1, token: 'secret', projectPath });

function engineOf(shell: Pick<Shell, 'children'>): ChildDouble {
  const child = shell.children.at(-1);
  if (child === undefined) throw new Error('no engine was started');
  return child;
}

const ordersTo = (child: ChildDouble) => child.heard.map(({ order }) => order);
const settle = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('the double', () => {
  test('throws on members, events and options that it does not model', async () => {
    const { module } = await boot();
    expect((): unknown => Reflect.get(module.app, 'relaunch')).toThrow('does not model app.relaunch');
    expect(() => Reflect.set(module.app, 'name', 'x')).toThrow('does not model setting app.name');
    expect(() => module.app.on('window-opened', () => undefined)).toThrow("no event 'window-opened'");
    expect(() => new module.BrowserWindow({ kiosk: true })).toThrow('does not model window option kiosk');
    expect(() => new module.BrowserWindow({ webPreferences: { zoomFactor: 2 } })).toThrow('web preference zoomFactor');
  });

  test('fails to build with an import that it does not model', async () => {
    const from = "import { protocol } from 'electron';";
    const to = "import { protocol, clipboard } from 'electron'; clipboard.clear();";
    await expect(boot({ patches: [{ file: 'electron/app-protocol.ts', from, to }] })).rejects.toThrow('clipboard');
  });
});

describe('one instance', () => {
  test('the second one opens nothing and goes', async () => {
    const second = await bootUnready({ isFirst: false });
    await second.app.becomeReady();
    expect([second.app.quits, second.windows.length, second.children.length]).toEqual([1, 0, 0]);
  });

  test('the first one comes to the front and opens the file that the second was given', async () => {
    const shell = await boot();
    shell.window.isMinimised = true;
    const first = engineOf(shell);
    shell.app.emit('second-instance', {}, ['montage', '--flag', 'films/a.montage'], '/home/ann');
    expect(shell.window.did).toEqual(['restore', 'focus']);
    first.emit('exit', 0);
    await settle();
    expect(ordersTo(first).at(-1)).toEqual({ kind: 'close' });
    expect(ordersTo(engineOf(shell))[0]).toEqual({ kind: 'open', projectPath: '/home/ann/films/a.montage' });
    expect(shell.window.contents.did).toEqual(['reload']);
  });

  test('nothing happens to a project that is open already', async () => {
    const shell = await boot({ argv: ['montage', '/films/a.montage'] });
    shell.app.emit('second-instance', {}, ['montage', '/films/a.montage'], '/');
    await settle();
    expect(shell.children).toHaveLength(1);
    expect(ordersTo(engineOf(shell))).toEqual([{ kind: 'open', projectPath: '/films/a.montage' }]);
  });
});

describe('which project opens', () => {
  test('none named: a temporary one', async () => {
    expect(ordersTo(engineOf(await boot()))).toEqual([{ kind: 'open', projectPath: null }]);
  });

  test('a file double-clicked on macOS before the app was ready', async () => {
    const double = await bootUnready();
    const event = new EventDouble();
    double.app.emit('open-file', event, '/films/b.montage');
    expect(event.defaultPrevented).toBe(true);
    await double.app.becomeReady();
    expect(ordersTo(engineOf(double))).toEqual([{ kind: 'open', projectPath: '/films/b.montage' }]);
    engineOf(double).emit('message', ready('/films/b.montage'));
    expect(double.app.recent).toEqual(['/films/b.montage']);
  });

  test('a file double-clicked later replaces the one in the window', async () => {
    const shell = await boot();
    engineOf(shell).emit('message', ready('/tmp/Untitled.montage'));
    shell.app.emit('open-file', new EventDouble(), '/films/b.montage');
    engineOf(shell).emit('exit', 0);
    await settle();
    expect(ordersTo(engineOf(shell))[0]).toEqual({ kind: 'open', projectPath: '/films/b.montage' });
  });

  test('one that cannot be opened is told with its reason; another can be picked', async () => {
    const shell = await boot({ argv: ['montage', '/films/new.montage'] });
    const refused = engineOf(shell);
    shell.presses.push(0, 0);
    shell.picks.push(null, ['/films/old.montage']);
    refused.emit('message', { kind: 'refused', fault: { code: 'E_NEWER', message: 'written by a newer Montage' } });
    refused.emit('exit', 0);
    await expect.poll(() => shell.children).toHaveLength(2);
    const said = shell.asked.map(({ detail = '' }) => detail.includes('E_NEWER: written by a newer Montage'));
    expect(said).toEqual([true, true]);
    expect(ordersTo(engineOf(shell))[0]).toEqual({ kind: 'open', projectPath: '/films/old.montage' });
  });
});

describe('the engine process', () => {
  const withFakeTimers = () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
  };

  test('is started again with growing waits, then the user is asked and may try again', async () => {
    const shell = await boot({ argv: ['montage', '/films/a.montage'] });
    withFakeTimers();
    for (const wait of [250, 500, 1000, 2000, 4000]) {
      const before = shell.children.length;
      engineOf(shell).stderr.write(`crash ${before}\n`);
      await settle();
      engineOf(shell).emit('exit', 1);
      vi.advanceTimersByTime(wait - 1);
      expect(shell.children).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(shell.children).toHaveLength(before + 1);
    }
    shell.presses.push(0);
    engineOf(shell).stderr.write('out of memory\n');
    await settle();
    engineOf(shell).emit('exit', 1);
    await settle();
    expect(shell.asked[0]?.detail).toContain('out of memory');
    expect(shell.children).toHaveLength(7);
    expect(ordersTo(engineOf(shell))[0]).toEqual({ kind: 'open', projectPath: '/films/a.montage' });
  });

  test('counts anew after half a minute of work', async () => {
    const shell = await boot();
    withFakeTimers();
    for (let crash = 0; crash < 12; crash += 1) {
      engineOf(shell).emit('message', ready('/tmp/Untitled.montage'));
      vi.advanceTimersByTime(30_000);
      engineOf(shell).emit('exit', 1);
      vi.advanceTimersByTime(250);
    }
    expect([shell.children.length, shell.asked.length]).toEqual([13, 0]);
  });

  test('goes on with the same temporary project after a crash', async () => {
    const shell = await boot();
    withFakeTimers();
    engineOf(shell).emit('message', ready('/tmp/montage-1/Untitled.montage'));
    engineOf(shell).emit('exit', 1);
    vi.advanceTimersByTime(250);
    expect(ordersTo(engineOf(shell))[0]).toEqual({ kind: 'open', projectPath: '/tmp/montage-1/Untitled.montage' });
  });

  test('hands a port to the window that asks: again after a reload, and after a restart as soon as one runs', async () => {
    const shell = await boot();
    withFakeTimers();
    const handed = () => shell.window.contents.sent.filter(({ channel }) => channel === 'montage:engine-port');
    await shell.say('montage:request-engine-port');
    await shell.say('montage:request-engine-port');
    expect(handed().map(({ ports }) => ports.length)).toEqual([1, 1]);
    engineOf(shell).emit('exit', 1);
    await shell.say('montage:request-engine-port');
    expect(handed()).toHaveLength(2);
    vi.advanceTimersByTime(250);
    expect(handed()).toHaveLength(3);
    const order = engineOf(shell).heard.at(-1);
    expect(order?.order).toEqual({ kind: 'client' });
    const [atEngine] = order?.ports ?? [];
    const [atWindow] = handed().at(-1)?.ports ?? [];
    const said = new Promise((resolve) => atWindow?.once('message', resolve));
    atEngine?.postMessage('hello');
    expect(await said).toBe('hello');
    atWindow?.close();
  });

  test('is waited for when the app quits, two seconds at most', async () => {
    const shell = await boot();
    withFakeTimers();
    const event = new EventDouble();
    shell.app.emit('will-quit', event);
    expect([event.defaultPrevented, shell.app.quits]).toEqual([true, 0]);
    expect(ordersTo(engineOf(shell)).at(-1)).toEqual({ kind: 'close' });
    vi.advanceTimersByTime(1999);
    expect(engineOf(shell).killed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(engineOf(shell).killed).toBe(true);
    await settle();
    expect(shell.app.quits).toBe(1);
    const last = new EventDouble();
    shell.app.emit('will-quit', last);
    expect(last.defaultPrevented).toBe(false);
    expect(shell.children).toHaveLength(1);
  });

  test('quits at once when the engine has closed', async () => {
    const shell = await boot();
    shell.app.emit('window-all-closed');
    engineOf(shell).emit('exit', 0);
    await settle();
    expect([shell.app.quits, engineOf(shell).killed]).toEqual([2, false]);
  });
});

describe('the window', () => {
  test('opens where it was left, unless that is on no screen', async () => {
    const userData = temporaryFolder();
    const first = await boot({ userData });
    expect(first.window.options).toMatchObject({ width: 1440, height: 900, minWidth: 1024, minHeight: 640 });
    first.window.bounds = { x: 100, y: 50, width: 1300, height: 700 };
    first.window.emit('close');
    const second = await boot({ userData });
    expect(second.window.options).toMatchObject({ x: 100, y: 50, width: 1300, height: 700 });
    const far = { bounds: { x: 5000, y: 50, width: 1300, height: 700 }, maximised: true };
    writeFileSync(join(userData, 'window.json'), JSON.stringify(far));
    expect((await boot({ userData })).window.options).toMatchObject({ width: 1440, height: 900 });
    writeFileSync(join(userData, 'window.json'), '{"bounds":{"x":"a"}');
    expect((await boot({ userData })).window.options).toMatchObject({ width: 1440, height: 900 });
    expect(existsSync(join(userData, 'window.json'))).toBe(true);
  });

  test('offers to reload when its page has crashed; the engine goes on', async () => {
    const shell = await boot();
    shell.presses.push(0);
    shell.window.contents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    await expect.poll(() => shell.window.contents.did).toEqual(['reload']);
    expect(shell.children).toHaveLength(1);
    expect(shell.asked[0]?.buttons).toEqual(['Reload', 'Quit']);
  });

  test('asks before edits that are on their way are left behind', async () => {
    const shell = await boot();
    const [wait, leave] = [new EventDouble(), new EventDouble()];
    shell.presses.push(0, 1);
    shell.window.contents.emit('will-prevent-unload', wait);
    shell.window.contents.emit('will-prevent-unload', leave);
    expect([wait.defaultPrevented, leave.defaultPrevented]).toEqual([false, true]);
  });

  test('gets paths from the pickers and shows files where they are', async () => {
    const shell = await boot();
    shell.picks.push(['/footage/a.mp4'], null, ['/out/cut.otio']);
    expect(await shell.say('montage:pick-footage')).toEqual(['/footage/a.mp4']);
    expect(await shell.say('montage:pick-footage')).toBeNull();
    expect(await shell.say('montage:pick-save-path', ['cut.otio'])).toBe('/out/cut.otio');
    await shell.say('montage:reveal-file', ['/out/cut.otio']);
    expect(shell.shown).toEqual(['/out/cut.otio']);
    await shell.say('montage:edit-text', ['paste']);
    expect(shell.window.contents.did).toEqual(['paste']);
  });
});

describe('the menu', () => {
  const itemsOf = (items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);

  test.each(['linux', 'darwin', 'win32'] as const)('names commands and keys of the key map (%s)', async (platform) => {
    const shell = await boot({ platform });
    const items = itemsOf(shell.menus[0] ?? []);
    const commands = items.filter(({ id }) => id !== undefined);
    const text = readFileSync(join(repository, 'assets/keymaps/montage.json'), 'utf8');
    const keymap = z.object({ bindings: z.record(z.string(), z.array(z.string())) }).parse(JSON.parse(text));
    const bindings = new Map(Object.entries(keymap.bindings));
    expect(commands.length).toBeGreaterThan(20);
    for (const { id = '', accelerator, registerAccelerator } of commands) {
      expect(bindings.has(id), id).toBe(true);
      const chord = bindings.get(id)?.[0] ?? '';
      const hasModifier = /^(?:Mod|Alt)\+/.test(chord);
      expect([id, accelerator]).toEqual([id, hasModifier ? chord.replace('Mod', 'CmdOrCtrl') : undefined]);
      if (accelerator !== undefined) expect(registerAccelerator).toBe(false);
    }
    const labels = (shell.menus[0] ?? []).map(({ label, role }) => label ?? role);
    expect(labels.filter((label) => label !== 'appMenu')).toEqual(['&File', '&Edit', '&View', '&Window', '&Help']);
    expect(labels.includes('appMenu')).toBe(platform === 'darwin');
  });

  test('sends the chosen command to the window, and opens projects itself', async () => {
    const shell = await boot();
    const items = itemsOf(shell.menus[0] ?? []);
    const click = (label: string): unknown =>
      Reflect.apply(items.find((item) => item.label === label)?.click ?? (() => undefined), undefined, []);
    click('Split at Playhead');
    expect(shell.window.contents.sent).toEqual([{ channel: 'montage:command', message: 'edit.split', ports: [] }]);
    shell.picks.push(['/films/c.montage']);
    click('Open Project…');
    await settle();
    engineOf(shell).emit('exit', 0);
    await settle();
    expect(ordersTo(engineOf(shell))[0]).toEqual({ kind: 'open', projectPath: '/films/c.montage' });
  });
});

test('the page comes from the app, with the types of its files', async () => {
  const shell = await boot();
  const page = await shell.get(shell.window.address);
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<!doctype html><title>Montage</title>',
  ]);
  const script = await shell.get('montage://app/assets/main-1.js');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(readFileSync(engineOf(shell).entry, 'utf8')).toContain('runUnderParent');
});
