import type { EngineEvent } from '../core/contract/model.ts';
import { assertNever } from '../core/errors.ts';
import type { Engine } from './engine.ts';
import { useAnalysisStore } from './stores/analysis.ts';
import { useJobsStore } from './stores/jobs.ts';
import { useLibraryStore } from './stores/library.ts';
import { useProjectStore } from './stores/project.ts';
import { useSuggestionsStore } from './stores/suggestions.ts';
import { toastFailure } from './stores/toasts.ts';

/** Keeps library, jobs, project and suggestion in step with the engine; the timeline store keeps itself. */
export function startSync(engine: Engine): () => void {
  const stops = [
    engine.onResync(() => {
      void readAll(engine).catch((error: unknown) => toastFailure('The project could not be read.', error));
    }),
    engine.onEvent((event) => take(engine, event)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

async function readAll(engine: Engine): Promise<void> {
  const { client } = engine;
  const [media, jobs, info, system] = await Promise.all([
    client.media.list(),
    client.jobs.list(),
    client.project.info(),
    client.system.info(),
  ]);
  useLibraryStore.getState().replaceAll(media);
  useJobsStore.getState().replaceAll(jobs);
  useProjectStore.getState().setInfo(info);
  useProjectStore.getState().setSystem(system);
  await readOpenSuggestion(engine);
}

async function readOpenSuggestion(engine: Engine): Promise<void> {
  const suggestions = await engine.client.director.list();
  const open = suggestions.findLast((suggestion) => suggestion.decided === 'open');
  if (open === undefined) useSuggestionsStore.getState().clear();
  else await readSuggestion(engine, open.id);
}

async function readSuggestion(engine: Engine, id: string): Promise<void> {
  useSuggestionsStore.getState().show(await engine.client.director.get({ suggestionId: id }));
}

function take(engine: Engine, event: EngineEvent): void {
  switch (event.kind) {
    case 'mediaChanged':
      useLibraryStore.getState().put(event.entry);
      return;
    case 'mediaRemoved':
      useLibraryStore.getState().remove(event.mediaId);
      return;
    case 'ingestProgress':
      useLibraryStore.getState().setIngest(event.mediaId, event.ingest);
      return;
    case 'jobChanged':
      useJobsStore.getState().put(event.job);
      return;
    case 'jobRemoved':
      useJobsStore.getState().remove(event.jobId);
      return;
    case 'projectSaved':
      useProjectStore.getState().saved(event.atMs);
      return;
    case 'suggestionChanged':
      if (event.decided === 'open') {
        void readSuggestion(engine, event.suggestionId).catch((error: unknown) =>
          toastFailure('The suggestion could not be read.', error),
        );
      } else if (useSuggestionsStore.getState().current?.id === event.suggestionId) {
        useSuggestionsStore.getState().clear();
      }
      return;
    case 'analysisChanged':
      useAnalysisStore.getState().forget(event.mediaId);
      return;
    case 'timelineCreated':
    case 'timelineEdited':
      return;
    default:
      assertNever(event);
  }
}
