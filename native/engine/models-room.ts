import type { ModelEntry } from '../../core/contract/understanding.ts';
import { CATALOGUE, modelBytes } from '../models/catalogue.ts';
import { findModel, type ModelState } from '../models/find-model.ts';
import type { Caller } from './caller.ts';
import type { EngineParts } from './parts.ts';

/** Weights: which are here, and getting them. Calling `get` is the user's consent to that one download. */
export function modelsRoom(caller: Caller, { queue, kinds }: EngineParts) {
  return {
    list: caller.models.list.handler(async () => {
      const entries: ModelEntry[] = [];
      for (const { id } of CATALOGUE) entries.push(entryOf(await findModel(id)));
      return entries;
    }),
    get: caller.models.get.handler(async ({ input: { modelId } }) => {
      const { model } = await findModel(modelId);
      return { jobId: queue.add(kinds.model, { modelId, name: model.name }) };
    }),
  };
}

function entryOf({ kind, model }: ModelState): ModelEntry {
  const { id, name, task, licence, source, files } = model;
  const canDownload = files.every(({ url }) => url !== null);
  return { id, name, task, licence, source, bytes: modelBytes(model), state: kind, canDownload };
}
