// Run as a program of its own (or a thread): keeps ONNX sessions and answers one order after another.
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { parentPort } from 'node:worker_threads';
import { MontageError } from '../../core/errors.ts';
import { blueGreenRedOf } from './colours.ts';
import { generate } from './generate.ts';
import type { HostAnswer, HostRequest, HostWork, SequenceWork, SessionChoice } from './host-messages.ts';
import { withChosenRows } from './chosen-rows.ts';
import { createSessions } from './sessions.ts';
import type { Coloured, Feeds, ModelShape, Tensor, Tensors, Widened } from './tensors.ts';

const sessions = createSessions(open);
let last: Promise<void> = Promise.resolve();

function take(request: HostRequest): void {
  // One at a time: whoever crashes the process is the one that was being answered.
  last = last.then(async () => answer(await work(request)));
}

function answer(message: HostAnswer): void {
  if (parentPort === null) process.send?.(message);
  else parentPort.postMessage(message);
}

async function work({ id, session: choice, work: order }: HostRequest): Promise<HostAnswer> {
  try {
    const session = await sessions.of(choice);
    if (order.kind === 'describe') return { id, kind: 'shape', shape: shapeOf(session) };
    return { id, kind: 'done', outputs: await inferred(session, order) };
  } catch (error) {
    if (error instanceof MontageError) return { id, kind: 'fault', fault: error.fault };
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    const message = `the model could not be run: ${reason}`;
    return { id, kind: 'fault', fault: { code: 'E_MODEL_RUN', message, where: choice.path, stage: 'models' } };
  }
}

async function open(choice: SessionChoice): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(choice.path, {
      executionProviders: [choice.provider],
      intraOpNumThreads: choice.threads,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    throw new MontageError({
      code: 'E_MODEL_DAMAGED',
      message: `the model cannot be opened on ${choice.provider}: ${reason}`,
      where: choice.path,
      stage: 'models',
      hint: 'run `montage models check`',
    });
  }
}

function shapeOf(session: InferenceSession): ModelShape {
  const ports = (metadata: readonly InferenceSession.ValueMetadata[]) =>
    metadata.flatMap((port) =>
      port.isTensor
        ? [
            {
              name: port.name,
              type: port.type,
              dims: port.shape.map((dim) => (typeof dim === 'number' ? dim : null)),
            },
          ]
        : [],
    );
  return { inputs: ports(session.inputMetadata), outputs: ports(session.outputMetadata) };
}

async function inferred(session: InferenceSession, order: Exclude<HostWork, { kind: 'describe' }>): Promise<Tensors> {
  if (order.kind === 'sequence') return sequence(session, order);
  if (order.kind === 'generate') {
    const { chosen, attention } = await generate(session, toOrt(order.hidden), order);
    const dims = [chosen.length];
    const tokens = Int32Array.from(chosen, ({ token }) => token);
    const logProbabilities = Float32Array.from(chosen, ({ logProbability }) => logProbability);
    return {
      tokens: { type: 'int32', dims, data: tokens },
      logProbabilities: { type: 'float32', dims, data: logProbabilities },
      ...(attention.length === chosen.length && {
        attention: joined(attention.map((data) => ({ type: 'float32', dims: [data.length], data }))),
      }),
    };
  }
  const outputs = await session.run(ortFeeds(order.feeds), order.outputs ?? session.outputNames);
  const all = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, fromOrt(value)]));
  return order.rows === undefined ? all : withChosenRows(all, order.rows);
}

async function sequence(session: InferenceSession, order: SequenceWork): Promise<Tensors> {
  const fixed = ortFeeds(order.fixed);
  const states = new Map(Object.entries(order.states).map(([name, { initial }]) => [name, toOrt(initial)]));
  const collected = new Map<string, Tensor[]>(order.collect.map((name) => [name, []]));
  const wanted = [...new Set([...order.collect, ...Object.values(order.states).map(({ from }) => from)])];
  for (let step = 0; step < order.steps; step += 1) {
    const feeds = { ...fixed, ...Object.fromEntries(states) };
    for (const [name, all] of Object.entries(order.over)) feeds[name] = toOrt(slice(all, step, order.steps));
    const outputs = await session.run(feeds, wanted);
    for (const [name, { from }] of Object.entries(order.states)) states.set(name, outputOf(outputs, from));
    for (const [name, parts] of collected) parts.push(fromOrt(outputOf(outputs, name)));
  }
  return {
    ...Object.fromEntries([...states].map(([name, value]) => [name, fromOrt(value)])),
    ...Object.fromEntries([...collected].map(([name, parts]) => [name, joined(parts)])),
  };
}

function outputOf(outputs: InferenceSession.OnnxValueMapType, name: string): OrtTensor {
  const value = outputs[name];
  if (value !== undefined) return value;
  throw new MontageError({ code: 'E_MODEL_RUN', message: `the model has no output '${name}'`, stage: 'models' });
}

function slice(all: Tensor, step: number, steps: number): Tensor {
  const dims = all.dims.slice(1);
  const size = all.data.length / steps;
  const [from, to] = [step * size, (step + 1) * size];
  switch (all.type) {
    case 'float32':
      return { type: 'float32', dims, data: all.data.subarray(from, to) };
    case 'int64':
      return { type: 'int64', dims, data: all.data.subarray(from, to) };
    case 'int32':
      return { type: 'int32', dims, data: all.data.subarray(from, to) };
    case 'bool':
    case 'uint8':
      return { type: all.type, dims, data: all.data.subarray(from, to) };
  }
}

/** Steps of float outputs, all of one size, behind each other. */
function joined(parts: readonly Tensor[]): Tensor {
  const size = parts[0]?.data.length ?? 0;
  const data = new Float32Array(size * parts.length);
  parts.forEach((part, index) => {
    if (part.type === 'float32') data.set(part.data, index * size);
  });
  return { type: 'float32', dims: [parts.length, ...(parts[0]?.dims ?? [])], data };
}

function ortFeeds(feeds: Feeds): Record<string, OrtTensor> {
  return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, toOrt(feed)]));
}

function toOrt(feed: Feeds[string]): OrtTensor {
  switch (feed.type) {
    case 'widen':
      return new OrtTensor('float32', widened(feed), [...feed.dims]);
    case 'colours':
      return new OrtTensor('float32', coloured(feed), [...feed.dims]);
    case 'float32':
      return new OrtTensor('float32', feed.data, [...feed.dims]);
    case 'int64':
      return new OrtTensor('int64', feed.data, [...feed.dims]);
    case 'int32':
      return new OrtTensor('int32', feed.data, [...feed.dims]);
    case 'bool':
    case 'uint8':
      return new OrtTensor(feed.type, feed.data, [...feed.dims]);
  }
}

function widened({ data, scale, offset }: Widened): Float32Array {
  const wide = new Float32Array(data);
  if (scale === 1 && offset === 0) return wide;
  for (let index = 0; index < wide.length; index += 1) wide[index] = (wide[index] ?? 0) * scale + offset;
  return wide;
}

/** Pictures become floats in the same place again and again: large new ones cost as much as their colours. */
let place = new Float32Array();

function coloured(feed: Coloured): Float32Array {
  const length = feed.data.length * 2;
  if (place.length < length) place = new Float32Array(length);
  const planes = place.subarray(0, length);
  blueGreenRedOf(feed, planes);
  return planes;
}

function fromOrt({ data, dims, type }: OrtTensor): Tensor {
  if (data instanceof Float32Array) return { type: 'float32', dims, data };
  if (data instanceof BigInt64Array) return { type: 'int64', dims, data };
  if (data instanceof Int32Array) return { type: 'int32', dims, data };
  if (data instanceof Uint8Array) return { type: type === 'bool' ? 'bool' : 'uint8', dims, data };
  throw new MontageError({ code: 'E_MODEL_RUN', message: `outputs of type ${type} are not read`, stage: 'models' });
}

if (parentPort === null) {
  process.on('message', take);
  // The engine is gone: so is the reason to be.
  process.on('disconnect', () => process.exit(0));
} else parentPort.on('message', take);
