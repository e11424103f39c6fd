import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { isOwnMachine } from '../../../core/contract/providers.ts';
import { openEngine } from '../../../native/engine/engine.ts';
import { runProgram } from '../../../native/process/programs.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { makeFilm } from '../host/served.ts';

const requestSchema = z.object({
  model: z.string(),
  messages: z.tuple([
    z.object({
      content: z.tuple([
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
      ]),
    }),
  ]),
});

type Seen = { readonly path: string; readonly key: string | undefined; readonly model: string; readonly jpeg: Buffer };
type Answer = { readonly status: number; readonly body: string };

let seen: Seen[] = [];
let answer: Answer;
const caption = (content: string): Answer => ({
  status: 200,
  body: JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }),
});

/** A service that keeps what it was sent. */
async function startProvider(): Promise<string> {
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const { model, messages } = requestSchema.parse(JSON.parse(text));
      const { url } = messages[0].content[1].image_url;
      const jpeg = Buffer.from(url.replace(/^data:image\/jpeg;base64,/, ''), 'base64');
      seen.push({ path: request.url ?? '', key: request.headers.authorization, model, jpeg });
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const at = server.address();
  return `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}/v1`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(z.instanceof(Buffer).parse(part));
  return Buffer.concat(parts).toString();
}

/** A project that has looked through one film, and the film's id. */
async function projectWithFilm() {
  const folder = temporaryFolder();
  const projectPath = join(folder, 'p.montage');
  const opened = await openEngine({ projectPath, create: true, runJobs: true, shell: 'browser' });
  if (opened.kind !== 'open') throw new Error('the project is open elsewhere');
  const { client, close } = opened.engine;
  onTestFinished(close);
  const film = await makeFilm(join(folder, 'walk.mp4'));
  const { added, jobIds } = await client.media.import({ paths: [film] });
  const ended = async (jobId: string) =>
    vi.waitUntil(
      async () => {
        const job = await client.jobs.get({ jobId });
        return ['done', 'failed'].includes(job.state) ? job : undefined;
      },
      { timeout: 60_000, interval: 20 },
    );
  for (const jobId of jobIds) expect(await ended(jobId)).toMatchObject({ state: 'done' });
  return { client, ended, mediaId: added[0]?.media.id ?? '' };
}

beforeEach(() => {
  seen = [];
  answer = caption('A dog runs\n on red sand.');
  vi.stubEnv('XDG_DATA_HOME', temporaryFolder());
});
afterEach(() => vi.unstubAllEnvs());

describe('captions of pictures', () => {
  it('are made by the provider that is switched on, found by their words, and never asked for twice', async () => {
    const address = await startProvider();
    const { client, ended, mediaId } = await projectWithFilm();
    await expect(client.media.describe({ mediaId })).rejects.toMatchObject({ code: 'E_PROVIDER_OFF' });
    expect(await client.providers.list()).toEqual({ vision: null });

    vi.stubEnv('SOME_KEY', 'secret');
    const provider = { address, model: 'looker', keyVariable: 'SOME_KEY' };
    await client.providers.setVision({ provider });
    expect(await client.providers.list()).toEqual({ vision: provider });
    expect(seen).toEqual([]);
    expect(await ended((await client.media.describe({ mediaId })).jobId)).toMatchObject({ state: 'done' });
    expect(seen).toMatchObject([{ path: '/v1/chat/completions', key: 'Bearer secret', model: 'looker' }]);
    const [file, raw] = ['sent.jpg', 'one.rgb'].map((name) => join(temporaryFolder(), name));
    writeFileSync(file ?? '', seen[0]?.jpeg ?? '');
    const toOne = ['-vf', 'scale=1:1', '-pix_fmt', 'rgb24', '-f', 'rawvideo'];
    await runProgram('ffmpeg', ['-v', 'error', '-i', file ?? '', ...toOne, raw ?? '']);
    const [red, green, blue] = readFileSync(raw ?? '');
    expect([(red ?? 0) > 200, (green ?? 255) < 60, (blue ?? 255) < 60]).toEqual([true, true, true]);

    const find = { kind: 'picture-captions', contains: 'DOG' } as const;
    expect(await client.media.find({ find })).toMatchObject({ found: [{ label: 'A dog runs on red sand.' }] });
    const { hits } = await client.media.search({ text: 'running on sand' });
    expect(hits[0]).toMatchObject({ mediaId, reasons: [{ kind: 'described' }, { kind: 'described' }] });
    await ended((await client.media.describe({ mediaId })).jobId);
    expect(seen).toHaveLength(1);

    await client.providers.setVision({ provider: null });
    await expect(client.media.describe({ mediaId })).rejects.toMatchObject({ code: 'E_PROVIDER_OFF' });
    expect(await client.media.find({ find })).toMatchObject({ total: 1 });
  });

  it('say why there are none, and go on when asked again', async () => {
    const address = await startProvider();
    const { client, ended, mediaId } = await projectWithFilm();
    await client.providers.setVision({ provider: { address, model: 'looker', keyVariable: 'NOT_SET' } });
    const describeIt = async () => ended((await client.media.describe({ mediaId })).jobId);
    expect((await describeIt()).fault?.code).toBe('E_PROVIDER_KEY');
    vi.stubEnv('NOT_SET', 'x');
    answer = { status: 401, body: 'bad key' };
    expect((await describeIt()).fault).toMatchObject({
      code: 'E_PROVIDER_REFUSED',
      message: 'the vision provider answered 401: bad key',
    });
    for (const body of ['{}', 'not JSON', caption('  ').body]) {
      answer = { status: 200, body };
      expect((await describeIt()).fault?.code).toBe('E_PROVIDER_ANSWER');
    }
    answer = caption('Sand.');
    expect((await describeIt()).state).toBe('done');
    expect(await client.media.find({ find: { measure: 'caption' } })).toMatchObject({ found: [{ label: 'Sand.' }] });
  });

  it('are refused where the settings are damaged, until the provider is switched on or off again', async () => {
    const { client, mediaId } = await projectWithFilm();
    const folder = join(process.env['XDG_DATA_HOME'] ?? '', 'montage');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'vision-provider.json'), '{"version": 1, "vision": {"address": "ftp://x"}}');
    await expect(client.media.describe({ mediaId })).rejects.toMatchObject({ code: 'E_SETTINGS_UNREADABLE' });
    await client.providers.setVision({ provider: null });
    await expect(client.media.describe({ mediaId })).rejects.toMatchObject({ code: 'E_PROVIDER_OFF' });
    const provider = { address: 'file:///etc', model: 'm', keyVariable: null };
    await expect(client.providers.setVision({ provider })).rejects.toThrow();
  });

  it.each([
    ['http://localhost:11434/v1', true],
    ['http://127.0.0.1/v1', true],
    ['https://[::1]:80', true],
    ['https://api.example.com/v1', false],
    ['http://localhost.example.com', false],
    ['http://localhost:80@example.com', false],
  ])('%s is this machine: %s', (address, own) => {
    expect(isOwnMachine({ address, model: 'm', keyVariable: null })).toBe(own);
  });
});
