import { fileURLToPath } from 'node:url';
import { MontageError, type Fault } from '../../core/errors.ts';
import type { GpuLease } from '../jobs/job-kind.ts';
import { talkingChildren, type TalkingChild, type TalkingChildren } from '../process/talking-children.ts';
import type { GenerateWork, HostAnswer, HostRequest, HostWork, SequenceWork, SessionChoice } from './host-messages.ts';
import type { Feeds, ModelShape, RowChoice, Tensors } from './tensors.ts';

/** Which file runs, where and how. */
export type ModelUse = {
  /** Absolute path of the ONNX file. */
  readonly path: string;
  /** onnxruntime's name of an execution provider; 'cpu' unless told. */
  readonly provider?: string | undefined;
  /** Threads of one inference; 1 unless told, which costs the least processor time. */
  readonly threads?: number | undefined;
  /** Memory is short: every other model's session is closed first. */
  readonly alone?: boolean | undefined;
  /** How long one order may take, the opening of the model included; 60 s unless told. */
  readonly timeoutMs?: number | undefined;
};

/**
 * Runs models outside of the engine. The process starts with the first order, ends when it had none for a while, and is
 * replaced when it crashes or hangs: the order that was being answered fails, the others go on.
 *
 * Every method throws MontageError E_MODEL_DAMAGED (cannot be opened), E_MODEL_RUN (refused its feeds), E_MODEL_CRASHED,
 * E_MODEL_HANG, E_CANCELLED.
 */
export interface ModelHost {
  run(use: ModelUse, feeds: Feeds, options?: RunOptions): Promise<Tensors>;
  sequence(use: ModelUse, work: SequenceWork, options?: Pick<RunOptions, 'signal'>): Promise<Tensors>;
  /** Text token by token from a decoder: `tokens` and `logProbabilities`. */
  generate(use: ModelUse, work: GenerateWork, options?: Pick<RunOptions, 'signal'>): Promise<Tensors>;
  describe(use: ModelUse): Promise<ModelShape>;
  /** Process id of the host, where it is running and is a process. */
  readonly pid: number | undefined;
  close(): void;
}

export type RunOptions = {
  readonly outputs?: readonly string[] | undefined;
  /** Outputs of which only some rows are wanted. */
  readonly rows?: readonly RowChoice[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Taken while the model runs, or is tried, on anything but the processor. */
  readonly gpu?: GpuLease | undefined;
};

export type ModelHostOptions = {
  readonly children?: TalkingChildren | undefined;
  /** Script of the host; another one in tests that plant faults. */
  readonly script?: string | undefined;
  readonly idleMs?: number | undefined;
};

type Order = {
  readonly request: HostRequest;
  readonly timeoutMs: number;
  readonly resolve: (answer: HostAnswer) => void;
  readonly reject: (error: MontageError) => void;
};

const SCRIPT = fileURLToPath(new URL('./model-host.worker.ts', import.meta.url));
const TIMEOUT_MS = 60_000;
const IDLE_MS = 30_000;
/** Orders on their way: the next one is there when one is done. */
const IN_FLIGHT = 2;

/** Makes a host; nothing is started yet. */
export function createModelHost(options: ModelHostOptions = {}): ModelHost {
  const desk = new OrderDesk(options);
  const order = async (use: ModelUse, work: HostWork, signal?: AbortSignal): Promise<HostAnswer> => {
    const session = {
      path: use.path,
      provider: use.provider ?? 'cpu',
      threads: use.threads ?? 1,
      alone: use.alone ?? false,
    };
    return desk.order(session, work, { timeoutMs: use.timeoutMs ?? TIMEOUT_MS, signal });
  };
  return {
    async run(use, feeds, { outputs, rows, signal } = {}) {
      return outputsOf(await order(use, { kind: 'run', feeds, outputs, rows }, signal));
    },
    async sequence(use, work, { signal } = {}) {
      return outputsOf(await order(use, { kind: 'sequence', ...work }, signal));
    },
    async generate(use, work, { signal } = {}) {
      return outputsOf(await order(use, { kind: 'generate', ...work }, signal));
    },
    async describe(use) {
      const answer = await order(use, { kind: 'describe' });
      if (answer.kind === 'shape') return answer.shape;
      throw new MontageError({ code: 'E_BUG', message: 'the model host gave no shape' });
    },
    get pid() {
      return desk.pid;
    },
    close: () => desk.close(),
  };
}

function outputsOf(answer: HostAnswer): Tensors {
  if (answer.kind === 'done') return answer.outputs;
  throw new MontageError({ code: 'E_BUG', message: 'the model host gave no outputs' });
}

/** Orders wait here, so that those not at fault survive their host. */
class OrderDesk {
  readonly #options: ModelHostOptions;
  readonly #waiting: Order[] = [];
  /** Sent and not answered, the one being worked on first. */
  #sent: Order[] = [];
  #child: TalkingChild | undefined;
  #ids = 0;
  #closed = false;
  #watch: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: ModelHostOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async order(
    session: SessionChoice,
    work: HostWork,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<HostAnswer> {
    if (this.#closed) throw fault('E_CANCELLED', 'the model host is closed', session.path);
    if (signal?.aborted === true) throw fault('E_CANCELLED', 'cancelled', session.path);
    const request = { id: (this.#ids += 1), session, work };
    const { promise, resolve, reject } = Promise.withResolvers<HostAnswer>();
    const order: Order = { request, timeoutMs, resolve, reject };
    // What is being worked on is let finish: its answer is dropped.
    const cancel = () => {
      const at = this.#waiting.indexOf(order);
      if (at >= 0) this.#waiting.splice(at, 1);
      reject(fault('E_CANCELLED', 'cancelled', session.path));
    };
    signal?.addEventListener('abort', cancel, { once: true });
    this.#waiting.push(order);
    this.#pump();
    return promise.finally(() => signal?.removeEventListener('abort', cancel));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#end();
    for (const { request, reject } of [...this.#sent.splice(0), ...this.#waiting.splice(0)]) {
      reject(fault('E_CANCELLED', 'the model host is closed', request.session.path));
    }
  }

  #pump(): void {
    while (this.#sent.length < IN_FLIGHT) {
      const order = this.#waiting.shift();
      if (order === undefined) break;
      this.#child ??= this.#start();
      this.#sent.push(order);
      this.#child.send(order.request);
      if (this.#sent.length === 1) this.#watchFirst();
    }
    clearTimeout(this.#idle);
    if (this.#child === undefined) return;
    const isIdle = this.#sent.length === 0;
    this.#child.hold(!isIdle);
    if (isIdle) this.#idle = setTimeout(() => this.#end(), this.#options.idleMs ?? IDLE_MS).unref();
  }

  #start(): TalkingChild {
    const child = (this.#options.children ?? talkingChildren()).start(this.#options.script ?? SCRIPT);
    child.onMessage((message) => {
      if (child === this.#child) this.#answered(message);
    });
    child.onEnd((how) => {
      if (child === this.#child) this.#lost('E_MODEL_CRASHED', `the model ended its process (${how})`);
    });
    return child;
  }

  #end(): void {
    clearTimeout(this.#watch);
    const child = this.#child;
    this.#child = undefined;
    child?.kill();
  }

  #watchFirst(): void {
    clearTimeout(this.#watch);
    const first = this.#sent[0];
    if (first === undefined) return;
    this.#watch = setTimeout(() => {
      this.#lost('E_MODEL_HANG', `the model gave no answer in ${first.timeoutMs / 1000} s`);
    }, first.timeoutMs);
  }

  #answered(message: unknown): void {
    if (!isAnswer(message)) return;
    const at = this.#sent.findIndex(({ request }) => request.id === message.id);
    const [order] = at < 0 ? [] : this.#sent.splice(at, 1);
    this.#watchFirst();
    if (message.kind === 'fault') order?.reject(new MontageError(message.fault));
    else order?.resolve(message);
    this.#pump();
  }

  /** The first order sent is at fault; the others are sent again to a new process. */
  #lost(code: Fault['code'], message: string): void {
    this.#end();
    const [first, ...others] = this.#sent.splice(0);
    first?.reject(fault(code, message, first.request.session.path));
    this.#waiting.unshift(...others);
    this.#pump();
  }
}

function isAnswer(message: unknown): message is HostAnswer {
  return typeof message === 'object' && message !== null && 'id' in message && 'kind' in message;
}

function fault(code: Fault['code'], message: string, where: string): MontageError {
  return new MontageError({ code, message, where, stage: 'models' });
}
