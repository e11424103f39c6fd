import { expect, test } from 'vitest';
import { createByteHandles } from '../../../native/engine/byte-handles.ts';
import { createIngestBoard } from '../../../native/engine/ingest-board.ts';
import { ingestJob } from '../../../native/engine/ingest-job.ts';
import { importPaths } from '../../../native/engine/media-import.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { randomIds } from '../../../native/ids.ts';
import { numberedClip } from '../../media/numbered-clip.ts';
import { openTestProject, testQueue } from '../open-test-project.ts';

test('films dropped together show first pictures before the second one is looked through', {
  timeout: 60_000,
}, async () => {
  const project = await openTestProject();
  const queue = testQueue(project, { capacity: { cores: 1, memoryBytes: 2 ** 32 } });
  const kind = ingestJob(project);
  const handles = createByteHandles(randomIds);
  const board = createIngestBoard({ project, queue, kind, handles, tools: await findFfmpeg() });
  const clips = [11, 12, 13].map((clip) => ({ clip, rate: '25', frames: 250 }));
  const films: string[] = [];
  for (const clip of clips) films.push(await numberedClip(clip));
  const { added } = await importPaths(project.media, films);
  const told: string[] = [];
  project.events.subscribe((event) => {
    if (event.kind !== 'media-changed' && event.kind !== 'analysis-changed') return;
    const number = added.findIndex(({ id }) => id === event.mediaId) + 1;
    const media = project.media.get(event.mediaId);
    const { thumbnails, thumbnailIndex, proxy } = media === undefined ? {} : board.assetsOf(media);
    const isFirst = thumbnails !== undefined && thumbnailIndex !== undefined && proxy === undefined;
    told.push(isFirst && event.kind === 'media-changed' ? `pictures of ${number}` : `seen ${number}`);
  });
  const jobs = added.map((media) => board.queueFor(media) ?? '');
  queue.start();
  for (const job of jobs) expect((await queue.wait(job)).state).toBe('done');
  const pictures = [1, 2, 3].map((number) => told.indexOf(`pictures of ${number}`));
  expect(pictures.every((at) => at >= 0)).toBe(true);
  expect(Math.max(...pictures)).toBeLessThan(told.indexOf('seen 2'));
  // Thumbnails of the whole film take their place, and all goes with the file.
  const [media] = added;
  if (media === undefined) throw new Error('nothing was imported');
  const keys = board.keysOf(media);
  expect(project.artifacts.has(keys?.thumbnails ?? '')).toBe(true);
  board.forget(media);
  expect(board.assetsOf(media)).toEqual({});
});
