import { useEffect } from 'react';
import type { AnalysisResult } from '../core/analysis/results.ts';
import type { MediaEntry } from '../core/contract/model.ts';
import { useEngine } from './engine-context.ts';
import { useAnalysisStore } from './stores/analysis.ts';

/** What was found in a file, read when it is first asked for and again whenever it changes; undefined until it is here. */
export function useAnalysis(entry: MediaEntry | undefined): readonly AnalysisResult[] | undefined {
  const engine = useEngine();
  const id = entry?.ingest.state === 'ready' ? entry.media.id : undefined;
  const results = useAnalysisStore((state) => (id === undefined ? undefined : state.results.get(id)));
  useEffect(() => {
    if (id === undefined || results !== undefined) return;
    void engine.client.media
      .analysis({ mediaId: id })
      .then((found) => useAnalysisStore.getState().put(id, found))
      // A file whose findings cannot be read is shown without them; the inspector says why.
      .catch(() => undefined);
  }, [engine, id, results]);
  return results;
}
