import '@fontsource-variable/inter';
import '@fontsource/jetbrains-mono/500.css';
import './theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { assert } from '../core/errors.ts';
import { App } from './app.tsx';
import { browserTransport } from './engine-browser.ts';
import { EngineContext } from './engine-context.ts';
import { electronTransport } from './engine-electron.ts';
import { createEngine } from './engine.ts';
import { shellBridge } from './shell/bridge.ts';
import { startTimelineSync } from './stores/timeline.ts';
import { startSync } from './sync.ts';

const bridge = shellBridge();
const engine = createEngine(
  bridge === undefined ? browserTransport(window.location, window.history) : electronTransport(bridge),
);
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
