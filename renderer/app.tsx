import { useEffect } from 'react';
import { appCommands } from './app-commands.ts';
import { registerCommands } from './commands.ts';
import { useEngine } from './engine-context.ts';
import { handleKeys } from './key-handler.ts';
import { isMac } from './platform.ts';
import { CommandPalette } from './shell/command-field.tsx';
import { StatusBar } from './shell/status-bar.tsx';
import { TitleBar } from './shell/title-bar.tsx';
import { Toasts } from './shell/toasts.tsx';
import { WindowDrop } from './shell/window-drop.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';
import { Workspace } from './workspace.tsx';

/** The window: title bar, dock, status bar, and what floats over them. */
export function App() {
  const engine = useEngine();
  useEffect(() => registerCommands(appCommands(engine)), [engine]);
  useEffect(() => handleKeys(window, isMac), []);
  return (
    <TooltipProvider>
      <WindowDrop>
        <div className="flex h-full flex-col">
          <TitleBar />
          <Workspace />
          <StatusBar />
        </div>
        <Toasts />
        <CommandPalette />
      </WindowDrop>
    </TooltipProvider>
  );
}
