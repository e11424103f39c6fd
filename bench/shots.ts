import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { detectShots } from '../native/ingest/detect-shots.ts';
import { runProgram } from '../native/process/programs.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { writeResults } from './results.ts';

/**
 * Shot boundaries of real footage against its ground truth, hard cuts at a tolerance of 0 frames and dissolves within
 * their frames, beside ffmpeg's scdet and its scene score at a fixed threshold. The same constants serve every file.
 */
const entry = z.object({
  file: z.string(),
  ground_truth: z.record(z.string(), z.unknown()).nullish(),
});
const truthSchema = z.object({
  cuts_first_frame_of_new_shot: z.array(z.int()),
  dissolve_frames: z.tuple([z.int(), z.int()]).optional(),
  visible_jumps_neither_cut_nor_no_cut: z.array(z.int()).optional(),
});
type Truth = z.output<typeof truthSchema>;

/** A cut that the manifest leaves out: at 69 the hill gives way to a sand dune, seen frame by frame. */
const SEEN_BY_US: Readonly<Record<string, readonly number[]>> = { 'roadtrip_vp9_profile2_10bit_23976.webm': [69] };

type Found = { readonly cuts: readonly number[]; readonly graduals: readonly number[] };
type Tally = { hits: number; extra: number; missed: number };

function count(tally: Tally, found: Found, truth: Truth, alsoTrue: readonly number[]): void {
  const ignored = new Set(truth.visible_jumps_neither_cut_nor_no_cut ?? []);
  const cuts = new Set([...truth.cuts_first_frame_of_new_shot, ...alsoTrue]);
  let dissolveSeen = truth.dissolve_frames === undefined;
  const inDissolve = (frame: number) =>
    truth.dissolve_frames !== undefined && frame >= truth.dissolve_frames[0] && frame <= truth.dissolve_frames[1];
  for (const frame of [...found.cuts, ...found.graduals]) {
    if (cuts.delete(frame)) tally.hits++;
    else if (!dissolveSeen && inDissolve(frame)) {
      dissolveSeen = true;
      tally.hits++;
    } else if (!ignored.has(frame)) tally.extra++;
  }
  tally.missed += cuts.size + (dissolveSeen ? 0 : 1);
}

async function ours(path: string): Promise<Found> {
  const { shots } = await detectShots(path);
  const later = shots.slice(1);
  return {
    cuts: later.flatMap(({ firstFrame, transitionIn }) => (transitionIn.kind === 'cut' ? [firstFrame] : [])),
    graduals: later.flatMap(({ firstFrame, transitionIn }) => (transitionIn.kind === 'cut' ? [] : [firstFrame])),
  };
}

/** Frames at which a metadata filter of ffmpeg says a scene begins. */
async function reference(path: string, filter: string): Promise<Found> {
  const tools = await findFfmpeg();
  const graph = `scale=640:-2,${filter},metadata=print:file=-`;
  const args = ['-v', 'error', '-threads', '2', '-i', path, '-map', '0:v:0', '-vf', graph, '-f', 'null', '-'];
  const { stdout } = await runProgram(tools.ffmpeg, ['-nostdin', '-hide_banner', ...args]);
  let frame = -1;
  const cuts: number[] = [];
  for (const line of stdout.split('\n')) {
    const number = /^frame:(\d+)/.exec(line)?.[1];
    if (number !== undefined) frame = Number(number);
    if (line.startsWith('lavfi.scd.time') || Number(/^lavfi\.scene_score=(.*)/.exec(line)?.[1]) > 0.3) cuts.push(frame);
  }
  return { cuts, graduals: [] };
}

const METHODS: readonly (readonly [string, (path: string) => Promise<Found>])[] = [
  ['Montage', ours],
  ['ffmpeg scdet, threshold 10', (path) => reference(path, 'scdet=threshold=10')],
  ['ffmpeg scene score > 0.3', (path) => reference(path, "select='gte(scene,0)'")],
];

if (mediaRoot === undefined)
  console.error('bench shots: skipped, set MONTAGE_TEST_MEDIA to a folder with a MANIFEST.json');
else {
  const root = mediaRoot;
  const manifest = z.array(entry).parse(JSON.parse(readFileSync(join(root, 'MANIFEST.json'), 'utf8')));
  const files = manifest.flatMap(({ file, ground_truth: truth }) => {
    const own = truth?.['video_stream_1_of_2 (0:v:0, 320x180@25)'] ?? truth;
    const parsed = truthSchema.safeParse(own);
    return parsed.success ? [{ file, truth: parsed.data }] : [];
  });
  const rows = [];
  for (const [method, detect] of METHODS) {
    const strict: Tally = { hits: 0, extra: 0, missed: 0 };
    const corrected: Tally = { hits: 0, extra: 0, missed: 0 };
    for (const { file, truth } of files) {
      const found = await detect(join(root, file));
      count(strict, found, truth, []);
      count(corrected, found, truth, SEEN_BY_US[basename(file)] ?? []);
    }
    const f1 = ({ hits, extra, missed }: Tally) => (2 * hits) / Math.max(1, 2 * hits + extra + missed);
    rows.push({ method, files: files.length, ...strict, f1: f1(strict), f1WithCutsWeSaw: f1(corrected) });
  }
  await writeResults('shots', {
    what: 'Shot boundaries of real footage: hits, extra and missed at a tolerance of 0 frames, and F1',
    rows,
  });
}
