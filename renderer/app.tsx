import { StatusBar } from './shell/status-bar.tsx';
import { TitleBar } from './shell/title-bar.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';
import { Workspace } from './workspace.tsx';

/** The window: title bar, dock, status bar. */
export function App() {
  return (
    <TooltipProvider>
      <div className="flex h-full flex-col">
        <TitleBar />
        <Workspace />
        <StatusBar />
      </div>
    </TooltipProvider>
  );
}
