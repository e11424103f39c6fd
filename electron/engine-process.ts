import { MessageChannelMain, type MessagePortMain, utilityProcess, type UtilityProcess } from 'electron';
import { engineReportSchema, type ShellOrder } from '../core/contract/shell-engine.ts';
import type { Fault } from '../core/errors.ts';
import type { Endpoint } from './app-protocol.ts';
import { ENGINE_ENTRY } from './files.ts';

/** What the shell does when its engine has something to say. */
export interface EngineListener {
  /** A port that speaks the contract, for the window that asked. */
  port(port: MessagePortMain): void;
  ready(projectPath: string): void;
  /** The project cannot be opened; nothing runs now. */
  refused(fault: Fault): void;
  /** It stopped too often; nothing runs now. `lastWords` is the end of what it wrote. */
  gaveUp(lastWords: string): void;
}

const FIRST_WAIT_MS = 250;
const MOST_RESTARTS = 5;
/** An engine that ran this long may fail anew without the earlier failures being held against it. */
const STEADY_MS = 30_000;
const CLOSE_MS = 2000;
const LAST_WORDS = 2000;

/** The engine of the window's project: one utility process at a time, started again when it stops by itself. */
export class EngineProcess {
  private readonly listener: EngineListener;
  private child: UtilityProcess | undefined;
  private current: Endpoint | undefined;
  private project: string | null = null;
  private restarts = 0;
  private timer: NodeJS.Timeout | undefined;
  private windowWaits = false;

  constructor(listener: EngineListener) {
    this.listener = listener;
  }

  get endpoint(): Endpoint | undefined {
    return this.current;
  }

  /** The open project's file; null before a temporary one has said where it lies. */
  get projectPath(): string | null {
    return this.project;
  }

  /** Ends the engine that runs, if any, and starts one for this project; null = a temporary project. */
  async open(projectPath: string | null): Promise<void> {
    await this.close();
    this.project = projectPath;
    this.restarts = 0;
    this.start();
  }

  /** Gives the listener a port, now or as soon as an engine runs again. */
  requestPort(): void {
    this.windowWaits = true;
    if (this.child !== undefined) this.handPort(this.child);
  }

  /** Lets the engine finish what it writes; ends it after two seconds whatever it does. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    const { child } = this;
    this.child = undefined;
    this.current = undefined;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      const patience = setTimeout(() => {
        child.kill();
        resolve();
      }, CLOSE_MS);
      child.once('exit', () => {
        clearTimeout(patience);
        resolve();
      });
      tell(child, { kind: 'close' });
    });
  }

  private start(): void {
    const child = utilityProcess.fork(ENGINE_ENTRY, [], {
      serviceName: 'Montage engine',
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let lastWords = '';
    child.stderr?.on('data', (text) => (lastWords = (lastWords + String(text)).slice(-LAST_WORDS)));
    child.on('message', (message: unknown) => this.hear(child, message));
    child.once('exit', () => this.ended(child, lastWords));
    this.child = child;
    tell(child, { kind: 'open', projectPath: this.project });
    if (this.windowWaits) this.handPort(child);
  }

  private handPort(child: UtilityProcess): void {
    const { port1, port2 } = new MessageChannelMain();
    tell(child, { kind: 'client' }, [port1]);
    this.windowWaits = false;
    this.listener.port(port2);
  }

  private hear(child: UtilityProcess, message: unknown): void {
    if (child !== this.child) return;
    const report = engineReportSchema.parse(message);
    if (report.kind === 'refused') {
      void this.close();
      this.project = null;
      this.listener.refused(report.fault);
      return;
    }
    this.current = { port: report.port, token: report.token };
    // Also a temporary project goes on after a crash: it is on disk like any other.
    this.project = report.projectPath;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.restarts = 0), STEADY_MS);
    this.listener.ready(report.projectPath);
  }

  private ended(child: UtilityProcess, lastWords: string): void {
    if (child !== this.child) return;
    clearTimeout(this.timer);
    this.child = undefined;
    this.current = undefined;
    if (this.restarts === MOST_RESTARTS) {
      this.listener.gaveUp(lastWords);
      return;
    }
    this.timer = setTimeout(() => this.start(), FIRST_WAIT_MS * 2 ** this.restarts);
    this.restarts += 1;
  }
}

function tell(child: UtilityProcess, order: ShellOrder, ports: MessagePortMain[] = []): void {
  child.postMessage(order, ports);
}
