import { useEffect, useState } from 'react';
import type { AnalyserState, ModelEntry } from '../core/contract/understanding.ts';
import type { MediaId } from '../core/media/media.ts';
import { useEngine } from './engine-context.ts';
import { useJobsStore } from './stores/jobs.ts';
import { toastFailure } from './stores/toasts.ts';

/** Jobs that change what is understood of a file. */
const LOOKING: ReadonlySet<string> = new Set(['ingest', 'analyse', 'model']);

export type Understood = {
  readonly states: readonly AnalyserState[];
  /** By id. */
  readonly models: ReadonlyMap<string, ModelEntry>;
};

/** How far each analyser is with a file, read again whenever such a job begins or ends. */
export function useUnderstanding(mediaId: MediaId): Understood {
  const engine = useEngine();
  const [understood, setUnderstood] = useState<Understood>({ states: [], models: new Map() });
  const turn = useJobsStore(({ jobs }) =>
    [...jobs.values()].flatMap(({ id, kind, state }) => (LOOKING.has(kind) ? [`${id} ${state}`] : [])).join(),
  );
  useEffect(() => {
    const reading = new AbortController();
    const { signal } = reading;
    Promise.all([engine.client.media.understanding({ mediaId }, { signal }), engine.client.models.list({}, { signal })])
      .then(([states, known]) => {
        if (!signal.aborted) setUnderstood({ states, models: new Map(known.map((model) => [model.id, model])) });
      })
      .catch((error: unknown) => {
        if (!signal.aborted) toastFailure('What is understood of the file could not be read.', error);
      });
    return () => reading.abort();
  }, [engine, mediaId, turn]);
  return understood;
}
