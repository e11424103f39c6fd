// The engine as a program of its own: Electron's utility process. Its parent says which project and hands over windows' ports.
import { z } from 'zod';
import { MontageError, type Fault } from '../../core/errors.ts';
import { faultOf } from '../engine/refusals.ts';
import { serveOverPort, type ClientPort } from './message-port.ts';
import { serveEngine, type ServedEngine } from './serve.ts';

/** What the parent sends; a 'connect' carries one port. */
const requestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), projectPath: z.string().nullable(), debug: z.boolean().optional() }),
  z.object({ kind: z.literal('connect') }),
  z.object({ kind: z.literal('close') }),
]);

/** What the parent is told. Bytes are fetched from the port with the token as bearer: `/<kind>/<handle>`. */
export type EngineNotice =
  | { readonly kind: 'ready'; readonly port: number; readonly token: string }
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'closed' };

/** `process.parentPort` of Electron's utility process. */
interface ParentPort {
  on(
    event: 'message',
    listener: (message: { readonly data: unknown; readonly ports: readonly ClientPort[] }) => void,
  ): void;
  postMessage(message: EngineNotice): void;
}

/** Answers a parent until it asks to close or goes away. */
export function runUnderParent(parent: ParentPort, exit: (code: number) => void): void {
  let opening: Promise<ServedEngine> | undefined;
  const close = async () => {
    await opening?.then((served) => served.close()).catch(() => undefined);
    parent.postMessage({ kind: 'closed' });
    exit(0);
  };
  process.once('SIGTERM', () => void close());
  parent.on('message', ({ data, ports }) => {
    const request = requestSchema.safeParse(data).data;
    if (request?.kind === 'open' && opening === undefined) {
      opening = open(request.projectPath, request.debug ?? false);
      opening.then(
        ({ port, bearer }) => parent.postMessage({ kind: 'ready', port, token: bearer }),
        (error: unknown) => parent.postMessage({ kind: 'refused', fault: faultOf(error) }),
      );
    } else if (request?.kind === 'connect') {
      const [port] = ports;
      if (port !== undefined) void opening?.then(({ engine }) => serveOverPort(engine, port)).catch(() => undefined);
    } else if (request?.kind === 'close') void close();
  });
}

async function open(projectPath: string | null, debug: boolean): Promise<ServedEngine> {
  const served = await serveEngine({
    projectPath,
    create: true,
    runJobs: true,
    shell: 'electron',
    debug,
    port: 0,
    renderer: undefined,
  });
  if (served.kind === 'open') return served;
  throw new MontageError({
    code: 'E_PROJECT_OPEN',
    message: 'the project is open in another engine',
    where: projectPath ?? undefined,
    hint: 'close it there first',
  });
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- how Node's types are extended
  namespace NodeJS {
    interface Process {
      /** Electron's, in utility processes only. */
      readonly parentPort?: ParentPort;
    }
  }
}

if (process.parentPort !== undefined) runUnderParent(process.parentPort, (code) => process.exit(code));
