// The only code between the page and the main process: the bridge of core/contract/shell.ts, and nothing more.
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { APP_ORIGIN, ENGINE_PORT_MESSAGE, SHELL_CHANNELS, type ShellBridge } from '../../core/contract/shell.ts';

const bridge: ShellBridge<File> = {
  platform: platformOf(navigator.userAgent),
  pathForFile: (file) => webUtils.getPathForFile(file),
  pickFootage: async () => pathsOf(await ipcRenderer.invoke(SHELL_CHANNELS.pickFootage)),
  pickSavePath: async (suggested) => pathOf(await ipcRenderer.invoke(SHELL_CHANNELS.pickSavePath, suggested)),
  revealFile: async (path) => {
    await ipcRenderer.invoke(SHELL_CHANNELS.revealFile, path);
  },
  requestEnginePort: () => ipcRenderer.send(SHELL_CHANNELS.requestEnginePort),
  onCommand(listener) {
    const hear = (_event: unknown, id: unknown) => {
      if (typeof id === 'string') listener(id);
    };
    ipcRenderer.on(SHELL_CHANNELS.command, hear);
    return () => void ipcRenderer.off(SHELL_CHANNELS.command, hear);
  },
  editText: (action) => ipcRenderer.send(SHELL_CHANNELS.editText, action),
  openProject: (which) => ipcRenderer.send(SHELL_CHANNELS.openProject, which),
};

// Another page gets neither the bridge nor a port, should one ever be shown in this window.
if (window.top === window && window.location.origin === APP_ORIGIN) {
  contextBridge.exposeInMainWorld('montageShell', bridge);
  ipcRenderer.on(SHELL_CHANNELS.enginePort, ({ ports: [port] }) => {
    if (port !== undefined) window.postMessage(ENGINE_PORT_MESSAGE, APP_ORIGIN, [port]);
  });
}

function platformOf(agent: string): ShellBridge<File>['platform'] {
  if (agent.includes('Macintosh')) return 'darwin';
  return agent.includes('Windows') ? 'win32' : 'linux';
}

function pathOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function pathsOf(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((path) => typeof path === 'string') : null;
}
