import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { ShotsResult, ShotTransition } from '../core/analysis/results.ts';
import { createShotDetector } from '../core/analysis/shots.ts';
import { detectShots } from '../native/ingest/detect-shots.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { writeResults } from './results.ts';
import { adaptiveCuts, createContentScore, ffmpegCuts, fixedThresholdCuts } from './shot-rivals.ts';
import {
  FAMILIES,
  HEIGHT,
  makeFilm,
  picturesOf,
  planesOf,
  takesOf,
  uncutFiles,
  WIDTH,
  type TrueGradual,
} from '../tests/native/ingest/shot-scenes.ts';

/**
 * Shot boundaries: hard cuts at a tolerance of 0 frames, gradual transitions by overlap, false cuts of uncut footage,
 * on generated films (see shot-scenes.ts) and on real ones, beside ffmpeg's scdet and scene score and the two rules of
 * PySceneDetect with their own defaults. The same constants serve every file.
 */
const SEEDS = Array.from({ length: 6 }, (_, n) => n + 1);

type Found = {
  readonly cuts: readonly number[];
  readonly graduals: readonly { readonly firstFrame: number; readonly lastFrame: number }[];
};
type Truth = {
  readonly cuts: readonly number[];
  readonly graduals: readonly TrueGradual[];
  readonly ignored?: readonly number[];
};
type Score = { hits: number; extra: number; missed: number };
type Tally = { readonly cuts: Score; readonly graduals: Score; overlap: number };

const METHODS = [
  'Montage',
  'ffmpeg scdet, threshold 10',
  'ffmpeg scene score > 0.3',
  'PySceneDetect content, threshold 27',
  'PySceneDetect adaptive, ratio 3',
] as const;
type Method = (typeof METHODS)[number];
type Tallies = Record<Method, Tally>;

function newTally(): Tally {
  return { cuts: { hits: 0, extra: 0, missed: 0 }, graduals: { hits: 0, extra: 0, missed: 0 }, overlap: 0 };
}

function newTallies(): Tallies {
  return {
    Montage: newTally(),
    'ffmpeg scdet, threshold 10': newTally(),
    'ffmpeg scene score > 0.3': newTally(),
    'PySceneDetect content, threshold 27': newTally(),
    'PySceneDetect adaptive, ratio 3': newTally(),
  };
}

function f1({ hits, extra, missed }: Score): number {
  return hits + extra + missed === 0 ? 1 : (2 * hits) / (2 * hits + extra + missed);
}

/**
 * A cut reported inside a gradual transition, or at its end, is neither right nor wrong, once for each: the rivals cannot
 * tell the two apart. Everything else that is no true cut is wrong.
 */
function count(tally: Tally, found: Found, truth: Truth): void {
  const left = new Set(truth.cuts);
  const excused = new Set<TrueGradual>();
  for (const cut of found.cuts) {
    if (left.delete(cut)) tally.cuts.hits++;
    else {
      const within = truth.graduals.find((span) => cut >= span.firstFrame && cut <= span.lastFrame + 1);
      if (within !== undefined && !excused.has(within)) excused.add(within);
      else if (!truth.ignored?.includes(cut)) tally.cuts.extra++;
    }
  }
  tally.cuts.missed += left.size;
  const open = new Set(truth.graduals);
  for (const span of found.graduals) {
    const shared = (other: TrueGradual) =>
      Math.min(span.lastFrame, other.lastFrame) - Math.max(span.firstFrame, other.firstFrame) + 1;
    const match = [...open].find((other) => shared(other) > 0);
    if (match === undefined) tally.graduals.extra++;
    else {
      open.delete(match);
      tally.graduals.hits++;
      const union = Math.max(span.lastFrame, match.lastFrame) - Math.min(span.firstFrame, match.firstFrame) + 1;
      tally.overlap += shared(match) / union;
    }
  }
  tally.graduals.missed += open.size;
}

function foundIn(shots: readonly { readonly firstFrame: number; readonly transitionIn: ShotTransition }[]): Found {
  const cuts = shots.flatMap(({ firstFrame, transitionIn }) => (transitionIn.kind === 'cut' ? [firstFrame] : []));
  const graduals = shots.flatMap(({ transitionIn }) =>
    transitionIn.kind === 'dissolve' || transitionIn.kind === 'fade' ? [transitionIn] : [],
  );
  return { cuts, graduals };
}

function detect(pictures: readonly Uint8Array[]): { readonly result: ShotsResult; readonly scores: readonly number[] } {
  const detector = createShotDetector();
  const score = createContentScore();
  const scores = pictures.map((picture) => {
    const planes = planesOf(picture);
    detector.push(planes);
    return score(planes);
  });
  return { result: detector.finish(), scores };
}

/** Every method on one film: of real films the rivals of ffmpeg see pictures 640 wide. */
async function countAll(
  tallies: Tallies,
  pictures: readonly Uint8Array[],
  input: readonly string[],
  truth: Truth,
): Promise<void> {
  const { result, scores } = detect(pictures);
  count(tallies.Montage, foundIn(result.shots), truth);
  const rivals: readonly (readonly [Method, readonly number[]])[] = [
    ['ffmpeg scdet, threshold 10', await ffmpegCuts(input, 'scdet')],
    ['ffmpeg scene score > 0.3', await ffmpegCuts(input, 'scene')],
    ['PySceneDetect content, threshold 27', fixedThresholdCuts(scores)],
    ['PySceneDetect adaptive, ratio 3', adaptiveCuts(scores)],
  ];
  for (const [method, cuts] of rivals) count(tallies[method], { cuts, graduals: [] }, truth);
}

function rowsOf(set: string, tallies: Tallies) {
  return METHODS.map((method) => {
    const { cuts, graduals, overlap } = tallies[method];
    return {
      ...{ set, method, hits: cuts.hits, extra: cuts.extra, missed: cuts.missed, cutsF1: f1(cuts) },
      gradualF1: method === 'Montage' && graduals.hits + graduals.missed > 0 ? f1(graduals) : null,
      meanOverlap: method === 'Montage' && graduals.hits > 0 ? overlap / graduals.hits : null,
    };
  });
}

function merge(into: Tallies, from: Tallies): void {
  for (const method of METHODS) {
    const [a, b] = [into[method], from[method]];
    a.overlap += b.overlap;
    for (const part of ['cuts', 'graduals'] as const) {
      for (const what of ['hits', 'extra', 'missed'] as const) a[part][what] += b[part][what];
    }
  }
}

async function generated(root: string, folder: string) {
  const takes = await takesOf(root, 'bench');
  const path = join(folder, 'film.yuv');
  const input = ['-f', 'rawvideo', '-s', `${WIDTH}x${HEIGHT}`, '-pix_fmt', 'yuv420p', '-i', path];
  const all = newTallies();
  const rows = [];
  for (const family of FAMILIES) {
    const tallies = newTallies();
    for (const seed of SEEDS) {
      const film = makeFilm(takes, 'bench', family, seed);
      writeFileSync(path, Buffer.concat(film.pictures));
      await countAll(tallies, film.pictures, input, film);
    }
    rows.push(...rowsOf(`generated: ${family}`, tallies));
    merge(all, tallies);
  }
  return [...rowsOf('generated: all', all), ...rows];
}

const entry = z.object({ file: z.string(), ground_truth: z.record(z.string(), z.unknown()).nullish() });
const truthSchema = z.object({
  cuts_first_frame_of_new_shot: z.array(z.int()),
  dissolve_frames: z.tuple([z.int(), z.int()]).optional(),
  visible_jumps_neither_cut_nor_no_cut: z.array(z.int()).optional(),
});

/** A cut that the manifest leaves out: at 69 the hill gives way to a sand dune, seen frame by frame. */
const SEEN_BY_US: Readonly<Record<string, readonly number[]>> = { 'roadtrip_vp9_profile2_10bit_23976.webm': [69] };

async function real(root: string) {
  const manifest = z.array(entry).parse(JSON.parse(readFileSync(join(root, 'MANIFEST.json'), 'utf8')));
  const [strict, corrected] = [newTallies(), newTallies()];
  for (const { file, ground_truth: truth } of manifest) {
    const parsed = truthSchema.safeParse(truth?.['video_stream_1_of_2 (0:v:0, 320x180@25)'] ?? truth);
    if (!parsed.success) continue;
    const {
      cuts_first_frame_of_new_shot: cuts,
      dissolve_frames: dissolve,
      visible_jumps_neither_cut_nor_no_cut: ignored,
    } = parsed.data;
    const graduals =
      dissolve === undefined ? [] : [{ kind: 'dissolve' as const, firstFrame: dissolve[0], lastFrame: dissolve[1] }];
    const known = { cuts, graduals, ...(ignored !== undefined && { ignored }) };
    const path = join(root, file);
    const tallies = newTallies();
    const pictures = await picturesOf(path);
    const seen = SEEN_BY_US[basename(file)];
    await countAll(tallies, pictures, ['-i', path], known);
    merge(strict, tallies);
    if (seen === undefined) merge(corrected, tallies);
    else await countAll(corrected, pictures, ['-i', path], { ...known, cuts: [...cuts, ...seen] });
  }
  return [
    ...rowsOf('real, truth as published', strict),
    ...rowsOf('real, with the cut at 69 that it leaves out', corrected),
  ];
}

/** Boundaries of any kind in footage without any, each minute. */
async function falseAlarms(root: string) {
  let [found, seconds] = [0, 0];
  for (const path of uncutFiles(root)) {
    const { shots } = (await detectShots(path)).list;
    // Two jumps of this file are neither cut nor no cut.
    found += shots
      .slice(1)
      .filter(({ firstFrame }) => !(path.includes('handheld_rooftop') && [18, 45].includes(firstFrame))).length;
    seconds += shots.at(-1)?.endSeconds ?? 0;
  }
  return {
    what: 'false boundaries each minute of uncut real footage',
    minutes: seconds / 60,
    measured: (60 * found) / seconds,
    reach: 0.3,
  };
}

if (mediaRoot === undefined)
  console.error('bench shots: skipped, set MONTAGE_TEST_MEDIA to a folder with a MANIFEST.json');
else {
  const folder = mkdtempSync(join(tmpdir(), 'montage-bench-'));
  try {
    const rows = [...(await generated(mediaRoot, folder)), ...(await real(mediaRoot))];
    const figures = [await falseAlarms(mediaRoot)];
    await writeResults('shots', {
      what: 'Shot boundaries: hard cuts at a tolerance of 0 frames, gradual transitions by overlap, false boundaries',
      rows: [...rows, ...figures],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
