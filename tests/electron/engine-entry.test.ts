import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { contract } from '../../core/contract/contract.ts';
import { type EngineReport, engineReportSchema, type ShellOrder } from '../../core/contract/shell-engine.ts';
import { temporaryFolder } from '../temporary-folder.ts';

type Client = ContractRouterClient<typeof contract>;

/** The engine's entry as Electron starts it, and what the shell does with it. */
function startEngine() {
  const worker = new Worker(new URL('./utility-process.ts', import.meta.url), { stderr: true });
  onTestFinished(() => void worker.terminate());
  const exited = once(worker, 'exit');
  const tell = (order: ShellOrder, ports: readonly MessagePort[] = []) =>
    worker.postMessage({ data: order, ports }, [...ports]);
  return {
    exitCode: async () => Number((await exited)[0]),
    tell,
    report: async (): Promise<EngineReport> => {
      const said: readonly unknown[] = await once(worker, 'message');
      return engineReportSchema.parse(said[0]);
    },
    connect: (): { client: Client; port: MessagePort } => {
      const { port1, port2 } = new MessageChannel();
      tell({ kind: 'client' }, [port1]);
      port2.start();
      return { client: createORPCClient(new RPCLink({ port: port2 })), port: port2 };
    },
  };
}

describe('the engine as a utility process', () => {
  test('speaks the contract over a port that was handed over before the project was open', async () => {
    const engine = startEngine();
    const project = join(temporaryFolder(), 'film.montage');
    engine.tell({ kind: 'open', projectPath: project });
    const { client } = engine.connect();
    const [report, system, info] = await Promise.all([engine.report(), client.system.info(), client.project.info()]);
    expect(report).toMatchObject({ kind: 'ready', projectPath: project });
    expect(system.host).toBe('electron');
    expect(info).toMatchObject({ name: 'film', path: project, temporary: false });
    engine.tell({ kind: 'close' });
    expect(await engine.exitCode()).toBe(0);
    expect(existsSync(`${project}.lock`)).toBe(false);
  });

  test('serves several clients; each hears what another does, and one that leaves harms nobody', async () => {
    const engine = startEngine();
    engine.tell({ kind: 'open', projectPath: join(temporaryFolder(), 'film.montage') });
    const [first, second] = [engine.connect(), engine.connect()];
    await engine.report();
    const events = await first.client.system.events({ after: null });
    const made = second.client.timeline.create({
      name: 'Rough cut',
      rate: null,
      size: null,
    });
    for await (const item of events) {
      if ('event' in item && item.event.kind === 'timelineCreated') break;
    }
    await made;
    second.port.close();
    expect((await first.client.timeline.list()).map(({ name }) => name)).toEqual(['Rough cut']);
    engine.tell({ kind: 'close' });
    expect(await engine.exitCode()).toBe(0);
  });

  test('answers bytes on the loopback port it names, only with the secret it names', async () => {
    const engine = startEngine();
    engine.tell({ kind: 'open', projectPath: null });
    const report = await engine.report();
    if (report.kind !== 'ready') throw new Error('the engine did not open');
    const ask = (headers: Readonly<Record<string, string>>) =>
      fetch(`http://127.0.0.1:${report.port}/proxy/unknown`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ authorization: `Bearer ${report.token}` })).status).toBe(404);
    expect(report.projectPath).toMatch(/Untitled\.montage$/);
    engine.tell({ kind: 'close' });
    expect(await engine.exitCode()).toBe(0);
    expect(existsSync(report.projectPath)).toBe(false);
  });

  test('refuses what is no project with a code, changes nothing and ends when it is told to', async () => {
    const engine = startEngine();
    const project = join(temporaryFolder(), 'film.montage');
    writeFileSync(project, 'a shopping list');
    engine.tell({ kind: 'open', projectPath: project });
    const report = await engine.report();
    expect(report).toMatchObject({ kind: 'refused', fault: { where: project } });
    expect(report.kind === 'refused' && report.fault.code).toMatch(/^E_/);
    expect(readFileSync(project, 'utf8')).toBe('a shopping list');
    engine.tell({ kind: 'close' });
    expect(await engine.exitCode()).toBe(0);
  });
});
