// The desktop shell: one instance, one window, one project, one engine process.
import { app, type BrowserWindow, dialog, session } from 'electron';
import { resolve } from 'node:path';
import { SHELL_CHANNELS } from '../core/contract/shell.ts';
import { formatFault, type Fault } from '../core/errors.ts';
import { registerScheme, serveApp } from './app-protocol.ts';
import { EngineProcess } from './engine-process.ts';
import { answerWindow } from './ipc.ts';
import { denyAccess, lockDown } from './lockdown.ts';
import { setMenu } from './menu.ts';
import { openWindow } from './window.ts';

let window: BrowserWindow | undefined;
/** The project to open first: named on the command line, or by the system before the app is ready. */
let first = projectIn(process.argv, process.cwd());
let engineClosed = false;

const engine = new EngineProcess({
  port: (port) => window?.webContents.postMessage(SHELL_CHANNELS.enginePort, null, [port]),
  ready: (projectPath) => {
    if (first !== undefined) app.addRecentDocument(projectPath);
  },
  refused: (fault) => void askAfterRefusal(fault),
  gaveUp: (lastWords) => void askAfterFailures(lastWords),
});

app.enableSandbox();
registerScheme();
lockDown();
if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  app.on('second-instance', (_event, argv, folder) => {
    const project = projectIn(argv, folder);
    if (project === undefined) focusWindow();
    else showProject(project);
  });
  // macOS: a double click on a .montage file, possibly before the app is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    if (app.isReady()) showProject(path);
    else first = path;
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (engineClosed) return;
    event.preventDefault();
    void engine.close().then(() => {
      engineClosed = true;
      app.quit();
    });
  });
  void app.whenReady().then(start);
}

function start(): void {
  app.setAppUserModelId('app.montage.editor');
  denyAccess(session.defaultSession);
  serveApp(() => engine.endpoint);
  answerWindow({ window: () => window, requestEnginePort: () => engine.requestPort(), openProject });
  setMenu({ command: (id) => window?.webContents.send(SHELL_CHANNELS.command, id), openProject });
  void engine.open(first ?? null);
  window = openWindow();
  window.on('closed', () => (window = undefined));
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void askAfterWindowCrash();
  });
  // The page asks to stay while edits are on their way to the engine.
  window.webContents.on('will-prevent-unload', (event) => {
    if (leaveUnsaved()) event.preventDefault();
  });
}

/** The project a command line names, if any: its last word that ends in `.montage`. */
function projectIn(argv: readonly string[], folder: string): string | undefined {
  const named = argv.slice(1).findLast((word) => word.endsWith('.montage') && !word.startsWith('-'));
  return named === undefined ? undefined : resolve(folder, named);
}

function focusWindow(): void {
  if (window?.isMinimized() === true) window.restore();
  window?.focus();
}

function openProject(which: 'pick' | 'new'): void {
  if (which === 'new') showProject(null);
  else void pickProject();
}

/** Whether one was picked. */
async function pickProject(): Promise<boolean> {
  if (window === undefined) return false;
  const filters = [{ name: 'Montage project', extensions: ['montage'] }];
  const picked = await dialog.showOpenDialog(window, { title: 'Open project', filters, properties: ['openFile'] });
  const [path] = picked.filePaths;
  if (picked.canceled || path === undefined) return false;
  showProject(path);
  return true;
}

/** Puts another project into the window; null = a new, temporary one. */
function showProject(path: string | null): void {
  focusWindow();
  if (path !== null && path === engine.projectPath) return;
  first = path ?? undefined;
  void engine.open(path).then(() => window?.webContents.reload());
}

async function ask(message: string, detail: string, buttons: readonly string[]): Promise<number> {
  const options = { type: 'warning' as const, message, detail, buttons: [...buttons], defaultId: 0, noLink: true };
  const { response } = await (window === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return response;
}

async function askAfterRefusal(fault: Fault): Promise<void> {
  const answer = await ask('The project could not be opened.', `${formatFault(fault)}\n\nNothing was changed.`, [
    'Open another project…',
    'New project',
    'Quit',
  ]);
  if (answer === 0 && !(await pickProject())) await askAfterRefusal(fault);
  if (answer === 1) showProject(null);
  if (answer === 2) app.quit();
}

async function askAfterFailures(lastWords: string): Promise<void> {
  const detail = `Everything that was shown as saved is on disk. What the engine said last:\n\n${lastWords.trim()}`;
  const answer = await ask('The engine of Montage stops again and again.', detail, ['Try again', 'Quit']);
  if (answer === 0) await engine.open(engine.projectPath);
  else app.quit();
}

async function askAfterWindowCrash(): Promise<void> {
  const detail = 'The engine goes on: nothing saved is lost, and work in progress continues.';
  const answer = await ask('The window stopped working.', detail, ['Reload', 'Quit']);
  if (answer === 0) window?.webContents.reload();
  else app.quit();
}

function leaveUnsaved(): boolean {
  if (window === undefined) return true;
  const answer = dialog.showMessageBoxSync(window, {
    type: 'warning',
    message: 'Some edits are not saved yet.',
    detail: 'They usually are within a moment.',
    buttons: ['Wait', 'Leave without them'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  });
  return answer === 1;
}
