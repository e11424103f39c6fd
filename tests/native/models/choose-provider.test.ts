import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MontageError } from '../../../core/errors.ts';
import { chooseProvider } from '../../../native/models/choose-provider.ts';
import { createModelHost, type ModelHost } from '../../../native/models/model-host.ts';
import { deviceName, providerMemory } from '../../../native/models/provider-memory.ts';
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
const MANNERS = {
  processor: { ms: 10, outputs: () => Promise.resolve(RIGHT) },
  good: { ms: 3, outputs: () => Promise.resolve(vector(10.05, 19.9, 30.1)) },
  lame: { ms: 9, outputs: () => Promise.resolve(RIGHT) },
  liar: { ms: 1, outputs: () => Promise.resolve(vector(10, 25, 30)) },
  shapeless: { ms: 1, outputs: () => Promise.resolve(vector(10, 20)) },
  silent: { ms: 1, outputs: () => new Promise(() => undefined) },
  crashing: { ms: 1, outputs: crash },
  nan: { ms: 1, outputs: () => Promise.resolve(vector(10, Number.NaN, 30)) },
} as const satisfies Readonly<Record<string, Manner>>;
type MannerName = keyof typeof MANNERS;

/** What stands for providers: each named after a real one, with manners of its choice. */
function doubles(providers: Readonly<Record<string, MannerName>>) {
  let now = 0;
  const ran: string[] = [];
  const broken = new Set<string>();
  const manners: Readonly<Record<string, MannerName>> = { cpu: 'processor', ...providers };
  const open = (): ModelHost => ({
    async run({ provider = 'cpu' }) {
      ran.push(provider);
      const name = manners[provider];
      const manner = name === undefined ? undefined : MANNERS[name];
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

const choose = async (providers: Readonly<Record<string, MannerName>>) => {
  const { open, clock } = doubles(providers);
  const candidates = Object.keys(providers);
  return chooseProvider({ path: 'model.onnx', feeds, candidates, host: open, clock, timeoutMs: 20 });
};

const PROVIDERS = ['webgpu', 'coreml', 'dml', 'cuda'] as const;

describe('the choice of a provider', () => {
  it('is the fastest that agrees with the processor', async () => {
    expect(await choose({ cuda: 'good', webgpu: 'lame' })).toMatchObject({ provider: 'cuda' });
    expect(await choose({ cuda: 'lame', webgpu: 'good' })).toMatchObject({ provider: 'webgpu' });
    expect(await choose({ coreml: 'lame' })).toMatchObject({ provider: 'cpu' });
    expect(await choose({})).toMatchObject({ provider: 'cpu' });
  });

  it.each([
    ['liar', /differs/],
    ['shapeless', /shape/],
    ['silent', /no answer/],
    ['crashing', /SIGSEGV/],
    ['nan', /numbers that are none/],
  ] as const)('is no provider that is %s, whichever it is, and tells why', async (bad, reason) => {
    const beside = (provider: string) => (provider === 'webgpu' ? 'dml' : 'webgpu');
    const check = async (provider: (typeof PROVIDERS)[number]) => {
      const choice = await choose({ [provider]: bad, [beside(provider)]: 'good' });
      expect(choice.provider).toBe(beside(provider));
      expect(choice.verdicts.find((verdict) => verdict.provider === provider)?.reason).toMatch(reason);
      expect((await choose({ [provider]: bad })).provider).toBe('cpu');
    };
    await Promise.all(PROVIDERS.map(check));
  });
});

describe('a host that chooses', () => {
  const setUp = (providers: Readonly<Record<string, MannerName>> = { webgpu: 'nan', cuda: 'good' }) => {
    const folder = temporaryFolder();
    const path = join(folder, 'model.onnx');
    writeFileSync(path, 'weights');
    const file = join(folder, 'memory/providers.json');
    return { path, file, candidates: Object.keys(providers), ...doubles(providers) };
  };

  it('measures once, remembers by device and model, and asks anew on another device', async () => {
    const { path, file, open, ran, candidates, clock } = setUp();
    const on = (device: string) =>
      createProvidingHost({ memory: providerMemory(file, device), candidates, open, clock });
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
    const { path, file, open, ran, broken, candidates, clock } = setUp({ cuda: 'good' });
    const memory = providerMemory(file, 'a');
    const host = createProvidingHost({ memory, candidates, open, clock });
    await host.run({ path }, feeds);
    expect(ran.at(-1)).toBe('cuda');
    broken.add('cuda');
    expect(await host.run({ path }, feeds)).toEqual(RIGHT);
    ran.length = 0;
    await host.run({ path }, feeds);
    expect(ran).toEqual(['cpu']);
    expect((await memory.recall(path))?.provider).toBe('cpu');
  });

  it('holds the slot of the GPU while it tries and while it works there, never for what runs on the processor', async () => {
    const { path, file, open, ran, broken, candidates, clock } = setUp({ cuda: 'good' });
    const memory = providerMemory(file, 'a');
    let isHeld = false;
    const gpu = {
      take: async () => {
        isHeld = true;
      },
      give: () => {
        isHeld = false;
      },
    };
    const heldAt: [string, boolean][] = [];
    const watched = () => {
      const host = open();
      const run: typeof host.run = (use, ...order) => {
        heldAt.push([use.provider ?? 'cpu', isHeld]);
        return host.run(use, ...order);
      };
      return { ...host, run };
    };
    const host = createProvidingHost({ memory, candidates, open: watched, clock });
    await host.run({ path }, feeds, { gpu });
    expect(heldAt.length).toBeGreaterThan(6);
    expect(heldAt.every(([, held]) => held)).toBe(true);
    // Another life: what is remembered needs no trial, but the slot.
    gpu.give();
    await createProvidingHost({ memory, candidates, open: watched, clock }).run({ path }, feeds, { gpu });
    expect(heldAt.at(-1)).toEqual(['cuda', true]);
    broken.add('cuda');
    await host.run({ path }, feeds, { gpu });
    expect(heldAt.slice(-2)).toEqual([
      ['cuda', true],
      ['cpu', false],
    ]);
    ran.length = 0;
    await host.run({ path }, feeds, { gpu });
    await host.sequence({ path }, { steps: 0, over: {}, fixed: {}, states: {}, collect: [] });
    expect([ran, isHeld]).toEqual([['cpu'], false]);
    const lame = setUp({ coreml: 'lame' });
    const other = {
      memory: providerMemory(lame.file, 'a'),
      candidates: lame.candidates,
      open: lame.open,
      clock: lame.clock,
    };
    await createProvidingHost(other).run({ path: lame.path }, feeds, { gpu });
    expect(isHeld).toBe(false);
  });
});

/** What stands for the worker: providers that crash, hang, lie or give what is no number, in processes of their own. */
const PLANTED = `
import { appendFileSync } from 'node:fs';
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
process.on('message', ({ id, session, work }) => {
  appendFileSync(process.env.MONTAGE_TEST_RAN, session.provider + '\\n');
  const y = Float32Array.from(work.feeds.x.data, (value) => 10 * value);
  if (session.provider === 'cuda') process.kill(process.pid, 'SIGSEGV');
  if (session.provider === 'webgpu') for (;;);
  if (session.provider === 'coreml') y[1] = NaN;
  if (session.provider === 'dml') y[1] += 5;
  if (session.provider === 'cpu') sleep(40);
  process.send({ id, kind: 'done', outputs: { y: { type: 'float32', dims: [3], data: y } } });
});
process.on('disconnect', () => process.exit(0));`;

it('real processes that crash, hang, lie and give no numbers are found out once, and the work is done all the same', async () => {
  const folder = temporaryFolder();
  const [path, script, witness] = [join(folder, 'm.onnx'), join(folder, 'planted.mjs'), join(folder, 'ran')];
  writeFileSync(path, 'weights');
  writeFileSync(script, PLANTED);
  writeFileSync(witness, '');
  vi.stubEnv('MONTAGE_TEST_RAN', witness);
  onTestFinished(() => void vi.unstubAllEnvs());
  const ran = () => readFileSync(witness, 'utf8').trim().split('\n');
  const memory = providerMemory(join(folder, 'providers.json'), 'a');
  const candidates = [...PROVIDERS, 'unheard'];
  const life = () =>
    createProvidingHost({ memory, candidates, open: () => createModelHost({ script }), timeoutMs: 2500 });
  const host = life();
  onTestFinished(() => host.close());
  expect(await host.run({ path }, feeds)).toEqual(RIGHT);
  const choice = await memory.recall(path);
  const reasonOf = (name: string) => choice?.verdicts.find(({ provider }) => provider === name)?.reason;
  expect([reasonOf('cpu'), reasonOf('unheard')]).toEqual([null, null]);
  expect(reasonOf('webgpu')).toMatch(/no answer/);
  expect(reasonOf('coreml')).toMatch(/numbers that are none/);
  expect(reasonOf('dml')).toMatch(/differs/);
  expect(reasonOf('cuda')).toMatch(/SIGSEGV/);
  expect([choice?.provider, ran().at(-1)]).toEqual(['unheard', 'unheard']);
  const before = ran().length;
  const later = life();
  onTestFinished(() => later.close());
  expect(await later.run({ path }, feeds)).toEqual(RIGHT);
  expect(ran().slice(before)).toEqual(['unheard']);
});

it('a device is another when its card or its driver is', () => {
  const root = temporaryFolder();
  const plant = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
    return deviceName(root);
  };
  const names = [
    deviceName(root),
    plant('sys/class/drm/card0/device/vendor', '0x10de'),
    plant('sys/class/drm/card0/device/device', '0x2684'),
    plant('proc/driver/nvidia/version', 'NVRM version: 560.35.03\nGCC version: 12'),
    plant('proc/driver/nvidia/version', 'NVRM version: 570.86.10\nGCC version: 12'),
    plant('sys/class/drm/card0/device/driver/module/version', '6.10.5'),
    plant('usr/share/vulkan/icd.d/radeon_icd.x86_64.json', '{ "ICD": { "api_version": "1.3.289" } }'),
    plant('usr/share/vulkan/icd.d/radeon_icd.x86_64.json', '{ "ICD": { "api_version": "1.4.305" } }'),
    plant('Windows/System32/DriverStore/FileRepository/nv_dispi.inf_amd64_0f1e/a.dll', ''),
  ];
  expect(new Set(names).size).toBe(names.length);
  expect(plant('proc/driver/nvidia/version', 'NVRM version: 570.86.10\nGCC version: 13')).toBe(names.at(-1));
  expect(plant('Windows/System32/DriverStore/FileRepository/hidbth.inf_amd64_22/b.dll', '')).toBe(names.at(-1));
});
