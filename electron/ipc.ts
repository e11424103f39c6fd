import { type BrowserWindow, dialog, ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, shell } from 'electron';
import { APP_ORIGIN, isTextAction, SHELL_CHANNELS } from '../core/contract/shell.ts';
import { isAbsolute } from 'node:path';

/** What the window's page may ask of the shell. */
export type WindowRequests = {
  readonly window: () => BrowserWindow | undefined;
  readonly requestEnginePort: () => void;
  readonly openProject: (which: 'pick' | 'new') => void;
};

/** Answers the preload; a message from anything but the app's own top page is not heard. */
export function answerWindow({ window, requestEnginePort, openProject }: WindowRequests): void {
  const sender = (event: IpcMainEvent | IpcMainInvokeEvent): BrowserWindow | undefined => {
    const own = window();
    const frame = event.senderFrame;
    const isApp = frame?.parent === null && frame.origin === APP_ORIGIN;
    return own?.webContents === event.sender && isApp ? own : undefined;
  };
  ipcMain.handle(SHELL_CHANNELS.pickFootage, async (event) => {
    const own = sender(event);
    if (own === undefined) return null;
    const picked = await dialog.showOpenDialog(own, {
      title: 'Add footage',
      properties:
        process.platform === 'darwin'
          ? ['openFile', 'openDirectory', 'multiSelections']
          : ['openFile', 'multiSelections'],
    });
    return picked.canceled ? null : picked.filePaths;
  });
  ipcMain.handle(SHELL_CHANNELS.pickSavePath, async (event, suggested: unknown) => {
    const own = sender(event);
    if (own === undefined || typeof suggested !== 'string') return null;
    const picked = await dialog.showSaveDialog(own, { defaultPath: suggested });
    return picked.canceled ? null : picked.filePath;
  });
  ipcMain.handle(SHELL_CHANNELS.revealFile, (event, path: unknown) => {
    // Shown in the file manager, never opened.
    if (sender(event) !== undefined && typeof path === 'string' && isAbsolute(path)) shell.showItemInFolder(path);
  });
  ipcMain.on(SHELL_CHANNELS.requestEnginePort, (event) => {
    if (sender(event) !== undefined) requestEnginePort();
  });
  ipcMain.on(SHELL_CHANNELS.editText, (event, action: unknown) => {
    const own = sender(event);
    if (own !== undefined && isTextAction(action)) own.webContents[action]();
  });
  ipcMain.on(SHELL_CHANNELS.openProject, (event, which: unknown) => {
    if (sender(event) !== undefined && (which === 'pick' || which === 'new')) openProject(which);
  });
}
