// The engine as a program of its own: Electron's utility process. Its parent says which project and hands over windows' ports.
import { type EngineReport, engineReportSchema, shellOrderSchema } from '../../core/contract/shell-engine.ts';
import { assert, MontageError } from '../../core/errors.ts';
import { faultOf } from '../engine/refusals.ts';
import { useNodeChildren } from '../process/node-children.ts';
import { threadsAsChildren, useTalkingChildren } from '../process/talking-children.ts';
import { serveOverPort, type ClientPort } from './message-port.ts';
import { serveEngine, type ServedEngine } from './serve.ts';
import { posixReaperOnly } from './shell-reaper.ts';

/** `process.parentPort` of Electron's utility process, which Node's own types do not know. */
interface ParentPort {
  on(
    event: 'message',
    listener: (message: { readonly data: unknown; readonly ports: readonly ClientPort[] }) => void,
  ): void;
  postMessage(message: EngineReport): void;
}

/** Answers a parent until it asks to close. After a refusal too it is the parent who ends this process: what was said must arrive. */
function runUnderParent(parent: ParentPort, exit: (code: number) => void): void {
  let opening: Promise<ServedEngine> | undefined;
  const close = async () => {
    await opening?.then((served) => served.close()).catch(() => undefined);
    exit(0);
  };
  process.once('SIGTERM', () => void close());
  parent.on('message', ({ data, ports: [port] }) => {
    const order = shellOrderSchema.parse(data);
    if (order.kind === 'open' && opening === undefined) {
      opening = open(order.projectPath);
      opening.then(announce(parent)).catch((error: unknown) => {
        const { code, message, where, hint } = faultOf(error);
        parent.postMessage(engineReportSchema.parse({ kind: 'refused', fault: { code, message, where, hint } }));
      });
    } else if (order.kind === 'client' && port !== undefined) {
      // A port holds its messages back until it is started, so nothing said while the engine opens is lost.
      void opening?.then(({ engine }) => serveOverPort(engine, port)).catch(() => undefined);
    } else if (order.kind === 'close') void close();
  });
}

function announce(parent: ParentPort) {
  return async ({ engine, port, bearer }: ServedEngine): Promise<void> => {
    const { path } = await engine.client.project.info();
    parent.postMessage({ kind: 'ready', port, token: bearer, projectPath: path });
  };
}

async function open(projectPath: string | null): Promise<ServedEngine> {
  const served = await serveEngine({
    projectPath,
    create: true,
    runJobs: true,
    shell: 'electron',
    port: 0,
    renderer: undefined,
  });
  if (served.kind === 'open') return served;
  throw new MontageError({
    code: 'E_PROJECT_OPEN',
    message: `the project is open in another engine, on port ${served.port}`,
    where: projectPath ?? undefined,
    hint: 'wait until its work is done, or close it there first',
  });
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}

const parentPort: unknown = Reflect.get(process, 'parentPort');
assert(isParentPort(parentPort), 'the engine program runs as a utility process');
// Electron's own program is not Node here: the fuse that would make it so is off.
useNodeChildren(posixReaperOnly);
useTalkingChildren(threadsAsChildren);
runUnderParent(parentPort, (code) => process.exit(code));
