import type { Clock } from '../clock.ts';
import type { ModelHost } from './model-host.ts';
import type { Feeds, Tensors } from './tensors.ts';

/** What trying a provider against the processor said. */
export type ProviderVerdict = { readonly provider: string; readonly ms: number | null; readonly reason: string | null };

/** The provider that a model runs on here, and why not the others. */
export type ProviderChoice = { readonly provider: string; readonly verdicts: readonly ProviderVerdict[] };

export type ProviderTrial = {
  /** Absolute path of the model. */
  readonly path: string;
  /** What it is really asked for: providers are compared on the same numbers. */
  readonly feeds: Feeds;
  /** Providers worth trying, best first, without the processor. */
  readonly candidates: readonly string[];
  /** A host of its own for each: a provider may take it down. */
  readonly host: (provider: string) => Pick<ModelHost, 'run' | 'close'>;
  readonly clock: Pick<Clock, 'elapsed'>;
  readonly timeoutMs?: number | undefined;
};

const TIMEOUT_MS = 20_000;
const RUNS = 5;
/** Outputs may differ by this part of the largest number of their tensor: half-precision rounding. */
const TOLERANCE = 0.02;
/** A provider must be faster by this much to be worth its memory and start. */
const WORTHWHILE = 1.2;

/**
 * Runs a model on the processor and on each candidate, and takes the fastest whose outputs agree. Whoever lies, hangs,
 * crashes, gives numbers that are none, or is hardly faster is not taken.
 *
 * @throws MontageError as the processor's own run
 */
export async function chooseProvider(trial: ProviderTrial): Promise<ProviderChoice> {
  const truth = await measured(trial, 'cpu');
  const verdicts: ProviderVerdict[] = [{ provider: 'cpu', ms: truth.ms, reason: null }];
  for (const provider of trial.candidates) verdicts.push(await verdictOn(trial, provider, truth.outputs));
  const [best] = verdicts
    .filter(({ ms, reason }) => reason === null && ms !== null && ms * WORTHWHILE <= truth.ms)
    .toSorted((a, b) => (a.ms ?? 0) - (b.ms ?? 0));
  return { provider: best?.provider ?? 'cpu', verdicts };
}

async function verdictOn(trial: ProviderTrial, provider: string, truth: Tensors): Promise<ProviderVerdict> {
  try {
    const { outputs, ms } = await measured(trial, provider);
    return { provider, ms, reason: disagreement(truth, outputs) };
  } catch (error) {
    return { provider, ms: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Its first outputs, and the median time of those after the first run, which warms up. */
async function measured({ path, feeds, host: open, clock, timeoutMs = TIMEOUT_MS }: ProviderTrial, provider: string) {
  const host = open(provider);
  try {
    const use = { path, provider, timeoutMs };
    const outputs = await withinTime(host.run(use, feeds), timeoutMs);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const start = clock.elapsed();
      await withinTime(host.run(use, feeds), timeoutMs);
      times.push(clock.elapsed() - start);
    }
    return { outputs, ms: times.toSorted((a, b) => a - b)[RUNS >> 1] ?? 0 };
  } finally {
    host.close();
  }
}

/** A host that does not even keep its own time limit is given up. */
async function withinTime<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), timeoutMs + 500);
  work.catch(() => undefined);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

/** Why outputs are not those of the processor; null where they are. */
function disagreement(truth: Tensors, given: Tensors): string | null {
  for (const [name, right] of Object.entries(truth)) {
    const other = given[name];
    if (other?.data.length !== right.data.length) return `its output '${name}' has another shape`;
    let [largest, off] = [0, 0];
    for (let index = 0; index < right.data.length; index += 1) {
      const [a, b] = [Number(right.data[index]), Number(other.data[index])];
      if (!Number.isFinite(b) && Number.isFinite(a)) return `its output '${name}' holds numbers that are none`;
      largest = Math.max(largest, Math.abs(a));
      off = Math.max(off, Math.abs(a - b));
    }
    if (off > TOLERANCE * Math.max(largest, 1e-6)) return `its output '${name}' differs from the processor's`;
  }
  return null;
}
