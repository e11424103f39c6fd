import { useEffect, useState } from 'react';
import { useConnection, useEngine } from '../../engine-context.ts';

export type StyleChoice = { readonly id: string; readonly name: string; readonly description: string };

/** The styles that the engine offers; empty until it is reached. */
export function useStyles(): readonly StyleChoice[] {
  const engine = useEngine();
  const connected = useConnection() === 'connected';
  const [styles, setStyles] = useState<readonly StyleChoice[]>([]);
  useEffect(() => {
    if (!connected) return undefined;
    let wanted = true;
    engine.client.director.styles().then(
      (found) => {
        if (wanted) setStyles(found);
      },
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [engine, connected]);
  return styles;
}
