import { listSupportedBackends } from 'onnxruntime-node';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { runProgram } from '../process/programs.ts';

/** Whether an ONNX execution provider really runs a model here; if not, why it was skipped. */
export type ProviderTrial = { readonly id: string; readonly works: boolean; readonly reason: string | null };

const TIMEOUT_MS = 30_000;
const answer = z.object({ works: z.boolean(), reason: z.string().nullable() });

/** Makes every execution provider of this onnxruntime run a tiny model, each in a process of its own. */
export async function tryProviders(): Promise<readonly ProviderTrial[]> {
  const trials: ProviderTrial[] = [];
  for (const { name } of listSupportedBackends()) trials.push(await tryProvider(name));
  return trials;
}

async function tryProvider(id: string): Promise<ProviderTrial> {
  const program = fileURLToPath(new URL('./try-provider.worker.ts', import.meta.url));
  const end = await runProgram(process.execPath, [program, id], { timeoutMs: TIMEOUT_MS });
  const said = parsed(end.stdout);
  if (said !== undefined) return { id, ...said };
  if (end.timedOut) return { id, works: false, reason: `no answer in ${TIMEOUT_MS / 1000} s` };
  return { id, works: false, reason: `it ended its process (${end.signal ?? `exit code ${end.exitCode ?? '?'}`})` };
}

function parsed(text: string): z.infer<typeof answer> | undefined {
  try {
    return answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
