import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { primaryVideo } from '../core/media/media.ts';
import { parseThumbnailIndex } from '../core/media/thumbnails.ts';
import { secondsOf } from '../core/time/flicks.ts';
import { ArtifactStore } from '../native/artifacts/store.ts';
import { systemClock } from '../native/clock.ts';
import { INGEST_OPTIONS } from '../native/engine/ingest-job.ts';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { checkInput, inputArgs } from '../native/ffmpeg/input.ts';
import { runFfmpeg } from '../native/ffmpeg/run.ts';
import { runProgram } from '../native/process/programs.ts';
import { randomIds } from '../native/ids.ts';
import { ingestKeys } from '../native/ingest/ingest-steps.ts';
import { makeStoryboards } from '../native/ingest/storyboard.ts';
import { inspectMedia, sourceFramesOfMedia } from '../native/media/probe.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { median, timed } from './cpu.ts';
import { writeResults } from './results.ts';

/**
 * CPU and time until the first pictures of a film are there, against a full decode of its picture with two threads: of
 * generated films (moving noise of 20 s, repeated without encoding anew; a minute is decoded and counts as often as it is in
 * the film) and of real ones. The look at the file's headers
 * and frame times, which import does before, has a column of its own, and so has a start of ffmpeg that does nothing: what
 * no picture can cost less than.
 */
const RUNS = 3;
const REACH = 0.1;
/** Generated films repeat: decoding so much says what decoding all costs. */
const DECODED_SECONDS = 60;
const SIZE = 'size=1920x1080:rate=25:duration=20';

type Made = { readonly name: string; readonly seconds: number; readonly codec: readonly string[] };
const MADE: readonly Made[] = [
  { name: '10 minutes of 1080p25, a key frame every 2 s', seconds: 600, codec: ['-g', '50'] },
  { name: '10 minutes of 1080p25, a key frame every 20 s', seconds: 600, codec: ['-g', '9999', '-sc_threshold', '0'] },
  { name: '1 minute of 1080p25, every frame a key frame', seconds: 60, codec: ['-g', '1'] },
];
const REAL = [
  'tears_of_steel_1920x800_vp9.webm',
  'woman_dog_outdoor_720p2997.mp4',
  'bbb_1080p60_2s_5_1.mp4',
  'burned_in_tc_2997_in_25fps_container.mp4',
];

async function makeFilm({ seconds, codec }: Made, folder: string): Promise<string> {
  const tools = await findFfmpeg();
  const [piece, film] = [join(folder, 'piece.mp4'), join(folder, 'film.mp4')];
  const source = `testsrc2=${SIZE},noise=alls=12:allf=t,scroll=horizontal=0.002`;
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '24', '-pix_fmt', 'yuv420p', ...codec];
  await runFfmpeg(tools, { args: ['-f', 'lavfi', '-i', source, ...coding, '-threads', '2', piece], stage: 'bench' });
  const repeated = ['-stream_loop', '-1', '-i', piece, '-c', 'copy', '-t', String(seconds), film];
  await runFfmpeg(tools, { args: repeated, stage: 'bench' });
  return film;
}

async function measureFilm(name: string, path: string, folder: string, decodes: number) {
  const tools = await findFfmpeg();
  const started = systemClock.elapsed();
  const seen = await inspectMedia(path, { tools });
  const inspectSeconds = (systemClock.elapsed() - started) / 1000;
  const media = { path, facts: seen.facts };
  const input = await checkInput(path);
  const seconds = secondsOf(seen.facts.duration);
  const share = Math.min(1, DECODED_SECONDS / seconds);
  const stream = String(primaryVideo(seen.facts)?.index ?? 0);
  const bare = ['-threads', '2', ...inputArgs(input), '-map', `0:${stream}`, '-fps_mode', 'passthrough'];
  const rows: Record<'decode' | 'decodeWall' | 'board' | 'boardWall' | 'start', number[]> = {
    ...{ decode: [], decodeWall: [], board: [], boardWall: [], start: [] },
  };
  const measured = async (work: () => Promise<unknown>) => {
    const before = systemClock.elapsed();
    const cpu = await timed(work);
    return { cpu, wall: (systemClock.elapsed() - before) / 1000 };
  };
  let pictures = 0;
  for (let run = 0; run < RUNS; run++) {
    const artifacts = new ArtifactStore(mkdtempSync(join(folder, 'store-')), randomIds);
    const frames = sourceFramesOfMedia(seen);
    const board = await measured(() => makeStoryboards([{ media, frames }], INGEST_OPTIONS, { tools, artifacts }));
    rows.board.push(board.cpu);
    rows.start.push((await measured(() => runProgram(tools.ffmpeg, ['-version']))).cpu);
    rows.boardWall.push(board.wall);
    const index = await artifacts.get(ingestKeys(media, INGEST_OPTIONS, tools.build).storyboard?.index ?? '');
    pictures = parseThumbnailIndex(JSON.parse(index.toString()))?.thumbnails.length ?? 0;
    if (run >= decodes) continue;
    const part = ['-t', String(share * seconds), '-f', 'null', '-'];
    const decode = await measured(() => runFfmpeg(tools, { args: [...bare, ...part], stage: 'bench' }));
    rows.decode.push(decode.cpu / share);
    rows.decodeWall.push(decode.wall / share);
  }
  const [cpu, wall] = [median(rows.board), median(rows.boardWall)];
  return {
    ...{ film: name, seconds, pictures, inspectSeconds },
    ...{ storyboardCpuS: cpu, storyboardS: wall, decodeCpuS: median(rows.decode), decodeS: median(rows.decodeWall) },
    ...{ cpuPerDecode: cpu / median(rows.decode), timePerDecode: wall / median(rows.decodeWall), reach: REACH },
    ...{ startCpuS: median(rows.start), startPerDecode: median(rows.start) / median(rows.decode) },
  };
}

/** Clips of seconds dropped together, which share a start of ffmpeg. */
const CLIPS = REAL.slice(1);

async function measureTogether(root: string, folder: string) {
  const tools = await findFfmpeg();
  const films = await Promise.all(
    CLIPS.map(async (file) => {
      const path = join(root, 'video', file);
      const seen = await inspectMedia(path, { tools });
      return { media: { path, facts: seen.facts }, frames: sourceFramesOfMedia(seen) };
    }),
  );
  const rows: Record<'board' | 'boardWall' | 'decode' | 'decodeWall', number[]> = {
    ...{ board: [], boardWall: [], decode: [], decodeWall: [] },
  };
  let pictures = 0;
  for (let run = 0; run < RUNS; run++) {
    const artifacts = new ArtifactStore(mkdtempSync(join(folder, 'store-')), randomIds);
    const start = systemClock.elapsed();
    rows.board.push(
      await timed(async () => {
        pictures = (await makeStoryboards(films, INGEST_OPTIONS, { tools, artifacts })).length;
      }),
    );
    const between = systemClock.elapsed();
    const decodeAll = async () => {
      for (const { media } of films) {
        const bare = ['-threads', '2', '-i', media.path, '-map', '0:v:0', '-f', 'null', '-'];
        await runFfmpeg(tools, { args: bare, stage: 'bench' });
      }
    };
    rows.decode.push(await timed(decodeAll));
    rows.boardWall.push((between - start) / 1000);
    rows.decodeWall.push((systemClock.elapsed() - between) / 1000);
  }
  const [board, decode] = [median(rows.board), median(rows.decode)];
  const seconds = films.reduce((sum, { media }) => sum + secondsOf(media.facts.duration), 0);
  return {
    ...{ film: `${films.length} clips of seconds together`, seconds, pictures, inspectSeconds: null },
    ...{ storyboardCpuS: board, storyboardS: median(rows.boardWall) },
    ...{ decodeCpuS: decode, decodeS: median(rows.decodeWall) },
    ...{ cpuPerDecode: board / decode, timePerDecode: median(rows.boardWall) / median(rows.decodeWall), reach: REACH },
  };
}

const folder = mkdtempSync(join(tmpdir(), 'montage-bench-'));
try {
  const rows = [];
  for (const made of MADE) rows.push(await measureFilm(made.name, await makeFilm(made, folder), folder, 1));
  for (const file of mediaRoot === undefined ? [] : REAL) {
    rows.push(await measureFilm(file, join(mediaRoot ?? '', 'video', file), folder, RUNS));
  }
  if (mediaRoot !== undefined) rows.push(await measureTogether(mediaRoot, folder));
  const what =
    'First pictures of a film against a full decode: CPU and time (medians of 3, one decode of generated films). A start of ffmpeg that does nothing (startPerDecode) takes a tenth of decoding a clip of ten seconds: clips dropped together share it.';
  await writeResults('storyboard', { what, rows });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
