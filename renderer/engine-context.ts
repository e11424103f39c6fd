import { createContext, useContext, useSyncExternalStore } from 'react';
import { assert } from '../core/errors.ts';
import type { ConnectionState, Engine } from './engine.ts';

export const EngineContext = createContext<Engine | null>(null);

/** The engine of this window. */
export function useEngine(): Engine {
  const engine = useContext(EngineContext);
  assert(engine !== null, 'useEngine is called inside EngineContext');
  return engine;
}

/** Whether the engine can be reached, live. */
export function useConnection(): ConnectionState {
  const engine = useEngine();
  return useSyncExternalStore(engine.onConnection, engine.connection);
}
