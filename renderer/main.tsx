import '@fontsource-variable/inter';
import '@fontsource/jetbrains-mono/500.css';
import './theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { assert } from '../core/errors.ts';
import { App } from './app.tsx';
import { rememberedKeymap, setKeymaps } from './commands.ts';
import { browserTransport } from './engine-browser.ts';
import { EngineContext } from './engine-context.ts';
import { electronTransport } from './engine-electron.ts';
import { createEngine } from './engine.ts';
import { readKeymaps } from './keymap.ts';
import { shellBridge } from './shell/bridge.ts';
import { followShell } from './shell/shell-commands.ts';
import { startTimelineSync } from './stores/timeline.ts';
import { startSync } from './sync.ts';
import { restoreTheme } from './theme.ts';

restoreTheme(window);
const KEYMAP_FILES = import.meta.glob('../assets/keymaps/*.json', { eager: true, import: 'default' });
setKeymaps(readKeymaps(Object.values(KEYMAP_FILES)), rememberedKeymap(window));

const bridge = shellBridge();
const engine = createEngine(
  bridge === undefined ? browserTransport(window.location, window.history) : electronTransport(bridge),
);
if (bridge !== undefined) followShell(bridge, document);
startSync(engine);
startTimelineSync(engine);
engine.start();

const root = document.getElementById('root');
assert(root !== null, 'index.html has a #root');
createRoot(root).render(
  <StrictMode>
    <EngineContext value={engine}>
      <App />
    </EngineContext>
  </StrictMode>,
);
