import { useEffect, useState } from 'react';
import type { SearchPage } from '../../../core/search/query.ts';
import { useEngine } from '../../engine-context.ts';
import { toastFailure } from '../../stores/toasts.ts';

export type Searched = {
  readonly text: string;
  /** Of an earlier text until the answer is here; null before the first. */
  readonly page: SearchPage | null;
};

/** So long after the last key a search begins. */
const PAUSE_MS = 250;
const MOST = 100;

/** Moments for a text, asked again whenever more is found in footage. */
export function useSearch(text: string): Searched {
  const engine = useEngine();
  const [searched, setSearched] = useState<Searched>({ text: '', page: null });
  const [turn, setTurn] = useState(0);
  useEffect(
    () =>
      engine.onEvent((event) => {
        if (event.kind === 'analysisChanged' || event.kind === 'mediaRemoved') setTurn((count) => count + 1);
      }),
    [engine],
  );
  useEffect(() => {
    if (text === '') return undefined;
    const asking = new AbortController();
    const { signal } = asking;
    const timer = setTimeout(() => {
      engine.client.media
        .search({ text, limit: MOST }, { signal })
        .then((page) => {
          if (!signal.aborted) setSearched({ text, page });
        })
        .catch((error: unknown) => {
          if (!signal.aborted) toastFailure('The footage could not be searched.', error);
        });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [engine, text, turn]);
  return text === '' ? { text, page: null } : searched;
}
