import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { resultOf } from '../../../core/analysis/results.ts';
import { takesOf } from '../../../core/director/takes.ts';
import { momentsOf } from '../../../core/search/moments.ts';
import { learnedShotScoresAnalyser } from '../../../native/analysers/learned-shot-scores.ts';
import { learnedShotsAnalyser } from '../../../native/analysers/learned-shots.ts';
import { bindModelAnalyser } from '../../../native/analysers/model-analyser.ts';
import { ANALYSERS } from '../../../native/analysers/registry.ts';
import { storyCurveAnalyser } from '../../../native/analysers/story-curve.ts';
import { createAnalysisBoard } from '../../../native/engine/analysis-board.ts';
import { analysisJob } from '../../../native/engine/analysis-job.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg } from '../../../native/ffmpeg/run.ts';
import { detectShots } from '../../../native/ingest/detect-shots.ts';
import { ingest } from '../../../native/ingest/ingest.ts';
import { inspectMedia } from '../../../native/media/probe.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { briefOf, shippedStyle } from '../../core/director/shoot.ts';
import { borderNet } from '../../media/border-net.ts';
import { FLOAT } from '../../media/onnx-graph.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTestProject, testQueue } from '../open-test-project.ts';

const ANALYSED = [
  bindModelAnalyser(learnedShotsAnalyser),
  bindModelAnalyser(learnedShotScoresAnalyser),
  bindModelAnalyser(storyCurveAnalyser),
];

beforeEach(() => vi.stubEnv('XDG_DATA_HOME', temporaryFolder()));
afterEach(() => vi.unstubAllEnvs());

/** A cut at 50, which measurement finds, and a flash at 75, which it knows for one; the stub of a model takes it for a change. */
async function filmWithFlash(): Promise<string> {
  const path = join(temporaryFolder(), 'flash.mp4');
  const takes = [
    'testsrc2=size=320x180:rate=25:duration=2',
    'mandelbrot=size=320x180:rate=25,trim=end_frame=1,loop=loop=49:size=1',
  ];
  const inputs = takes.flatMap((take) => ['-f', 'lavfi', '-i', take]);
  const flash = "[0][1]concat=n=2,drawbox=t=fill:color=white:enable='eq(n,75)'";
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-threads', '2'];
  await runFfmpeg(await findFfmpeg(), { args: [...inputs, '-filter_complex', flash, ...coding, path], stage: 'test' });
  return path;
}

function placeModel(): void {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'transnetv2'));
  writeFileSync(join(folder, 'transnetv2/transnetv2.onnx'), borderNet(FLOAT, 'input_1'));
  vi.stubEnv('MONTAGE_MODELS_DIR', folder);
}

async function openFilm() {
  const path = await filmWithFlash();
  const [project, tools] = [await openTestProject(), await findFfmpeg()];
  const { facts } = await inspectMedia(path, { tools });
  const media = project.media.add(path, facts);
  const options = { proxyLines: 540, analysers: ANALYSERS.map(({ id }) => id) } as const;
  const made = await ingest({ path, facts }, options, { tools, artifacts: project.artifacts });
  const host = createModelHost();
  onTestFinished(() => host.close());
  const queue = testQueue(project);
  const kind = analysisJob({ project, host, analysers: ANALYSED, assetsOf: () => made.assets });
  queue.register(kind);
  const keep = () => {
    for (const result of made.results) project.analysis.save(media.id, result);
  };
  const board = createAnalysisBoard({
    ...{ project, queue, kind, analysers: ANALYSED },
    ingest: { stateOf: () => ({ state: 'ready' }) },
  });
  onTestFinished(() => board.close());
  keep();
  queue.start();
  const settled = async (...states: readonly string[]) => {
    await board.queueDue(media);
    await vi.waitUntil(async () => {
      const now = await board.statesOf(media);
      expect(now.filter(({ state }) => state === 'failed')).toEqual([]);
      return now.every(({ state }, n) => state === states[n]);
    }, 20_000);
  };
  return { path, project, media, host, keep, settled, board };
}

it('one list of shots serves all: as measured, and set right where the model is here', async () => {
  const { path, project, media, host, keep, settled, board } = await openFilm();
  const { analysis } = project;
  const known = () => {
    const results = analysis.results(media.id);
    const frames = project.media.source(media.id)?.frames;
    const all = { mediaId: media.id, results };
    const page = { during: [], order: 'time', limit: 100, offset: 0 } as const;
    const input = {
      ...{ brief: briefOf(), style: shippedStyle('calm'), media: [media], analyses: [all] },
      sources: { source: (id: typeof media.id) => project.media.source(id) },
    };
    const moments = momentsOf({ name: 'a', duration: media.duration, kind: 'video', frames, analysis: all });
    return {
      path: resultOf(all, 'shots')?.path.kind,
      shots: resultOf(all, 'shots')?.shots.map(({ firstFrame }) => firstFrame),
      scores: resultOf(all, 'shot-scores')?.shots.map(({ firstFrame }) => firstFrame),
      evidence: analysis
        .find({ ...page, find: { kind: 'shots', measure: 'shot' } })
        .found.map(({ span }) => (span.kind === 'frames' ? span.firstFrame : -1)),
      scored: analysis.find({ ...page, find: { kind: 'shot-scores', measure: 'quality' } }).total,
      takes: takesOf(input).filter(({ measures }) => measures !== undefined).length,
      moments: moments.filter(({ kind }) => kind === 'shot').length,
      summary: analysis.summary(media.id).shotCount,
    };
  };
  const listed = async () => {
    const { list } = await detectShots(path, { keyFrames: true, modelHost: host });
    return { path: list.path.kind, shots: list.shots.map(({ firstFrame }) => firstFrame) };
  };
  const same = (count: number) => ({ scored: count, takes: count, moments: count, summary: count });

  vi.stubEnv('MONTAGE_MODELS_DIR', temporaryFolder());
  // What only would be set right is not waited for.
  await settled('needs-model', 'needs-model', 'done');
  const measured = { path: 'signal', shots: [0, 50] };
  expect(known()).toEqual({ ...measured, scores: [0, 50], evidence: [0, 50], ...same(2) });
  expect(await listed()).toEqual(measured);

  placeModel();
  await settled('done', 'done', 'done');
  const learned = { path: 'model', shots: [0, 50, 75] };
  expect(known()).toEqual({ ...learned, scores: [0, 50, 75], evidence: [0, 50, 75], ...same(3) });
  expect(await listed()).toEqual(learned);
  expect(await board.queueDue(media)).toEqual([]);

  // Looked through once more, as when its proxy was lost: what was set right still counts.
  keep();
  expect(known()).toMatchObject({ ...learned, evidence: [0, 50, 75], scored: 3 });
  await settled('done', 'done', 'done');
});

it('a shot that the model made is scored as the one pass would have scored it', async () => {
  placeModel();
  const { project, media, settled } = await openFilm();
  await settled('done', 'done', 'done');
  const all = { mediaId: media.id, results: project.analysis.results(media.id) };
  const [scores, pass] = [resultOf(all, 'shot-scores'), project.analysis.result(media.id, 'shot-scores', 3)];
  if (pass?.kind !== 'shot-scores' || scores === undefined) throw new Error('no scores');
  // The first shot is as it was; the others are one picture that nothing moves in.
  expect(scores.shots[0]).toEqual(pass.shots[0]);
  expect(scores.windows).toEqual(pass.windows);
  const [, still] = pass.shots;
  for (const made of scores.shots.slice(1)) {
    expect(made.flashFrames).toBe(0);
    expect(Math.max(made.shake, made.cameraSpeed)).toBeLessThan(0.1);
    expect(Math.abs(made.exposure - (still?.exposure ?? 0))).toBeLessThan(3);
    expect(Math.abs(made.sharpness - (still?.sharpness ?? 0))).toBeLessThan(8);
    made.meanColour.forEach((value, at) => expect(Math.abs(value - (still?.meanColour[at] ?? 0))).toBeLessThan(2));
    expect(made.keyFrame).toBeGreaterThanOrEqual(made.firstFrame);
    expect(made.keyFrame).toBeLessThanOrEqual(made.lastFrame);
  }
  expect(scores.shots[2]?.nearDuplicateOf).toBe(1);
});
