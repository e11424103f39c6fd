import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MontageError } from '../../../core/errors.ts';
import { chooseProvider } from '../../../native/models/choose-provider.ts';
import type { ModelHost } from '../../../native/models/model-host.ts';
import { providerMemory } from '../../../native/models/provider-memory.ts';
import { createProvidingHost } from '../../../native/models/providing-host.ts';
import type { Tensors } from '../../../native/models/tensors.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const feeds = { x: { type: 'float32', dims: [3], data: Float32Array.of(1, 2, 3) } } as const;
const vector = (...values: number[]): Tensors => ({
  y: { type: 'float32', dims: [values.length], data: Float32Array.from(values) },
});
const RIGHT = vector(10, 20, 30);

type Manner = { readonly ms: number; readonly outputs: () => Promise<Tensors> };

const crash = () =>
  Promise.reject(new MontageError({ code: 'E_MODEL_CRASHED', message: 'the model ended its process (SIGSEGV)' }));

/** How providers behave; time passes on a clock of its own. */
const MANNERS: Readonly<Record<string, Manner>> = {
  cpu: { ms: 10, outputs: () => Promise.resolve(RIGHT) },
  good: { ms: 3, outputs: () => Promise.resolve(vector(10.05, 19.9, 30.1)) },
  lame: { ms: 9, outputs: () => Promise.resolve(RIGHT) },
  liar: { ms: 1, outputs: () => Promise.resolve(vector(10, 25, 30)) },
  shapeless: { ms: 1, outputs: () => Promise.resolve(vector(10, 20)) },
  silent: { ms: 1, outputs: () => new Promise(() => undefined) },
  crashing: { ms: 1, outputs: crash },
  nan: { ms: 1, outputs: () => Promise.resolve(vector(10, Number.NaN, 30)) },
};

function doubles() {
  let now = 0;
  const ran: string[] = [];
  const broken = new Set<string>();
  const open = (): ModelHost => ({
    async run({ provider = 'cpu' }) {
      ran.push(provider);
      const manner = MANNERS[provider];
      now += manner?.ms ?? 0;
      if (broken.has(provider)) return crash();
      return manner?.outputs() ?? {};
    },
    sequence: () => Promise.resolve({}),
    generate: () => Promise.resolve({}),
    describe: () => Promise.resolve({ inputs: [], outputs: [] }),
    pid: undefined,
    close: () => undefined,
  });
  return { open, ran, broken, clock: { elapsed: () => now } };
}

const choose = async (...candidates: string[]) => {
  const { open, clock } = doubles();
  return chooseProvider({ path: 'model.onnx', feeds, candidates, host: open, clock, timeoutMs: 20 });
};

describe('the choice of a provider', () => {
  it('is the fastest that agrees with the processor', async () => {
    expect(await choose('good', 'lame')).toMatchObject({ provider: 'good' });
    expect(await choose('lame')).toMatchObject({ provider: 'cpu' });
    expect(await choose()).toMatchObject({ provider: 'cpu' });
  });

  it.each([
    ['liar', /differs/],
    ['shapeless', /shape/],
    ['silent', /no answer/],
    ['crashing', /SIGSEGV/],
    ['nan', /numbers that are none/],
  ])('is not a provider that is %s, and tells why', async (bad, reason) => {
    const choice = await choose(bad, 'good');
    expect(choice.provider).toBe('good');
    expect(choice.verdicts.find(({ provider }) => provider === bad)?.reason).toMatch(reason);
    expect((await choose(bad)).provider).toBe('cpu');
  });
});

describe('a host that chooses', () => {
  const setUp = () => {
    const folder = temporaryFolder();
    const path = join(folder, 'model.onnx');
    writeFileSync(path, 'weights');
    const file = join(folder, 'memory/providers.json');
    return { path, file, ...doubles() };
  };

  it('measures once, remembers by device and model, and asks anew on another device', async () => {
    const { path, file, open, ran } = setUp();
    const candidates = ['nan', 'good'];
    const on = (device: string) => createProvidingHost({ memory: providerMemory(file, device), candidates, open });
    const host = on('a');
    await host.run({ path }, feeds);
    const tried = ran.length;
    expect(tried).toBeGreaterThan(6);
    await host.run({ path }, feeds);
    expect(ran.slice(tried)).toHaveLength(1);
    await on('a').run({ path }, feeds);
    expect(ran.slice(tried)).toHaveLength(2);
    await on('b').run({ path }, feeds);
    expect(ran.slice(tried).length).toBeGreaterThan(6);
    writeFileSync(file, 'damaged');
    expect(await on('a').run({ path }, feeds)).toBeDefined();
  });

  it('gives the order of a provider that fails later to the processor, and stays there', async () => {
    const { path, file, open, ran, broken } = setUp();
    const memory = providerMemory(file, 'a');
    const host = createProvidingHost({ memory, candidates: ['good'], open });
    await host.run({ path }, feeds);
    broken.add('good');
    expect(await host.run({ path }, feeds)).toEqual(RIGHT);
    ran.length = 0;
    await host.run({ path }, feeds);
    expect(ran).toEqual(['cpu']);
    expect((await memory.recall(path))?.provider).toBe('cpu');
  });
});
