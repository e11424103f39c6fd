import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tinyModel } from '../../../native/doctor/tiny-model.ts';
import { createModelHost, type ModelHost } from '../../../native/models/model-host.ts';
import { floats, type Tensor } from '../../../native/models/tensors.ts';
import { threadsAsChildren } from '../../../native/process/talking-children.ts';
import { startOfProcess } from '../../../native/process/reaper.ts';

const folder = mkdtempSync(join(tmpdir(), 'montage-model-host-'));
const path = join(folder, 'tiny.onnx');
let host: ModelHost | undefined;

beforeAll(() => writeFileSync(path, tinyModel()));
afterEach(() => host?.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vector = (...values: number[]): Tensor => ({
  type: 'float32',
  dims: [values.length],
  data: Float32Array.from(values),
});

/** A host script that answers like the real one, except for orders whose first number is told to be special. */
function plantedScript(special: string): string {
  const script = join(folder, `planted-${special.length}.mjs`);
  writeFileSync(
    script,
    `process.on('message', ({ id, work }) => {
      const [first] = work.feeds.x.data;
      if (first === 13) { ${special} }
      process.send({ id, kind: 'done', outputs: { y: work.feeds.x } });
    });
    process.on('disconnect', () => process.exit(0));`,
  );
  return script;
}

describe('the model host', () => {
  it('runs a model in a process of its own and keeps its session', async () => {
    host = createModelHost();
    const first = await host.run({ path }, { x: vector(-1, 0, 1, 2) });
    expect([...floats(first, 'y')]).toEqual([0, 0, 1, 2]);
    expect(host.pid).not.toBe(process.pid);
    const pid = host.pid;
    const bytes = { type: 'widen', dims: [4], data: Uint8Array.of(0, 1, 2, 255), scale: 2, offset: -3 } as const;
    expect([...floats(await host.run({ path }, { x: bytes }), 'y')]).toEqual([0, 0, 1, 507]);
    expect(host.pid).toBe(pid);
    const shape = await host.describe({ path });
    expect(shape.inputs).toEqual([{ name: 'x', type: 'float32', dims: [4] }]);
  });

  it('runs sequences: slices in order, states from the step before, outputs joined', async () => {
    host = createModelHost();
    const over: Tensor = { type: 'float32', dims: [3, 4], data: Float32Array.from({ length: 12 }, (_, n) => n - 5) };
    const out = await host.sequence({ path }, { steps: 3, over: { x: over }, fixed: {}, states: {}, collect: ['y'] });
    expect(out['y']?.dims).toEqual([3, 4]);
    expect([...floats(out, 'y')]).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]);
    const states = { x: { initial: vector(-2, 2, 3, 4), from: 'y' } };
    const carried = await host.sequence({ path }, { steps: 2, over: {}, fixed: {}, states, collect: [] });
    expect([...floats(carried, 'x')]).toEqual([0, 2, 3, 4]);
  });

  it('says with a code that a model is damaged or refuses its feeds, and goes on', async () => {
    host = createModelHost();
    const damaged = join(folder, 'damaged.onnx');
    writeFileSync(damaged, tinyModel().subarray(0, 40));
    await expect(host.run({ path: damaged }, { x: vector(1, 2, 3, 4) })).rejects.toThrow('E_MODEL_DAMAGED');
    await expect(host.run({ path: join(folder, 'none.onnx') }, {})).rejects.toThrow('E_MODEL_DAMAGED');
    await expect(host.run({ path }, { x: vector(1, 2) })).rejects.toThrow('E_MODEL_RUN');
    expect([...floats(await host.run({ path }, { x: vector(1, 2, 3, 4) }), 'y')]).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['E_MODEL_CRASHED', 'process.kill(process.pid, "SIGSEGV"); return;'],
    ['E_MODEL_HANG', 'for (;;);'],
  ])(
    'fails the one order that was being answered with %s; the others go on in a new process',
    async (code, special) => {
      const own = createModelHost({ script: plantedScript(special) });
      host = own;
      const use = { path, timeoutMs: 1500 };
      const values = [1, 2, 13, 4, 5];
      const settled = await Promise.allSettled(values.map((value) => own.run(use, { x: vector(value) })));
      const said = settled.map((one) =>
        one.status === 'fulfilled' ? floats(one.value, 'y')[0] : String(one.reason).slice(0, 60),
      );
      expect(said).toEqual([1, 2, expect.stringContaining(code), 4, 5]);
    },
  );

  it('answers cancelled orders at once and ends when idle', async () => {
    const own = createModelHost({ idleMs: 50 });
    host = own;
    const stop = new AbortController();
    const cancelled = own.run({ path }, { x: vector(1, 2, 3, 4) }, { signal: stop.signal });
    stop.abort();
    await expect(cancelled).rejects.toThrow('E_CANCELLED');
    await own.run({ path }, { x: vector(1, 2, 3, 4) });
    const { pid } = own;
    for (let waited = 0; waited < 3000 && own.pid !== undefined; waited += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(own.pid).toBeUndefined();
    for (let waited = 0; waited < 2000 && startOfProcess(pid ?? 0) !== undefined; waited += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(startOfProcess(pid ?? 0)).toBeUndefined();
  });

  it('works in threads too, where no program is a Node', async () => {
    host = createModelHost({ children: threadsAsChildren });
    expect([...floats(await host.run({ path }, { x: vector(-1, 0, 1, 2) }), 'y')]).toEqual([0, 0, 1, 2]);
  });
});
