import { z } from 'zod';
import type { JobKind } from '../jobs/job-kind.ts';
import { findModel } from '../models/find-model.ts';
import { getModel } from '../models/get-model.ts';
import { modelFolders } from '../models/model-folders.ts';

const inputSchema = z.object({ modelId: z.string(), name: z.string() });
const nothing = z.object({});
type Nothing = z.infer<typeof nothing>;

/** Waits for the network, most of the time. */
const NEEDS = { cores: 0.1, memoryBytes: 32_000_000 };

/** Downloads a model that the user has asked for; what is there in part is continued. */
export function modelJob(): JobKind<z.infer<typeof inputSchema>, Nothing, Nothing, Nothing> {
  return {
    id: 'model',
    version: 1,
    schemas: { input: inputSchema, shard: nothing, output: nothing, result: nothing },
    title: ({ name }) => `Get ${name}`,
    split: async () => [{ shard: {}, cost: 1, needs: NEEDS }],
    async run(_shard, context, { modelId }) {
      const { model } = await findModel(modelId);
      const consent = { kind: 'consent', modelId } as const;
      const onProgress = (fraction: number) => context.progress(fraction);
      await getModel(model, { folder: modelFolders().user, consent, signal: context.signal, onProgress });
      return { value: {} };
    },
    merge: async () => ({ value: {} }),
  };
}
