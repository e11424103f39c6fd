import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { findFfmpeg } from '../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../native/ffmpeg/run.ts';
import { repository } from '../architecture/planted-house.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);
const MEGABYTE = 1024 * 1024;
const MINUTES = Number(process.env['MONTAGE_TEST_MINUTES'] ?? 20);

/** Ingests a file in a process of its own and tells its memory in the first half and at most. */
const INGEST = `
const [, , repository, file, folder] = process.argv;
const load = (path) => import(repository + '/native/' + path);
const { ANALYSERS } = await load('analysers/registry.ts');
const { ArtifactStore } = await load('artifacts/store.ts');
const { findFfmpeg } = await load('ffmpeg/find.ts');
const { randomIds } = await load('ids.ts');
const { ingest } = await load('ingest/ingest.ts');
const { probe } = await load('media/probe.ts');
const facts = await probe(file);
let [half, most] = [0, 0];
const ports = {
  tools: await findFfmpeg(),
  artifacts: new ArtifactStore(folder, randomIds),
  onProgress: (part) => {
    const rss = process.memoryUsage.rss();
    if (part < 0.5) half = Math.max(half, rss);
    most = Math.max(most, rss);
  },
};
const { sourceFrames } = await ingest({ path: file, facts }, { proxyLines: 360, analysers: ANALYSERS.map(({ id }) => id) }, ports);
console.log(JSON.stringify({ half, most, frames: sourceFrames.frameCount }));
process.exit(0);
`;

test('a long film takes no more memory than a short one', async () => {
  const folder = temporaryFolder();
  const film = join(folder, 'long.mp4');
  const seconds = MINUTES * 60;
  const pictures = ['-f', 'lavfi', '-i', `testsrc2=size=192x108:rate=25:duration=${seconds}`];
  const sound = ['-f', 'lavfi', '-i', `anoisesrc=color=pink:sample_rate=48000:duration=${seconds}`];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '2', '-c:a', 'aac', '-b:a', '64k'];
  await runFfmpeg(await findFfmpeg(), { args: [...pictures, ...sound, ...codecs, film], stage: 'test' });
  const script = join(folder, 'ingest.mjs');
  writeFileSync(script, INGEST);
  const args = [script, repository, film, join(folder, 'artifacts')];
  const { stdout } = await run(process.execPath, args);
  const answer = z.object({ half: z.int(), most: z.int(), frames: z.int() }).parse(JSON.parse(stdout));
  expect(answer.frames).toBe(seconds * 25);
  const [half, most] = [answer.half / MEGABYTE, answer.most / MEGABYTE];
  process.stdout.write(`${Math.round(half)} MiB in the first half, ${Math.round(most)} MiB at most\n`);
  expect(most).toBeLessThan(512);
  // A third of a kilobyte is kept of each frame, half a megabyte a minute; what else comes is garbage that is collected late.
  expect(most - half).toBeLessThan(100);
});
