import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reframeEdit, type ReframeKnowledge } from '../../../core/analysis/reframe.ts';
import { mediaId } from '../../../core/media/media.ts';
import { rational } from '../../../core/time/rational.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { findFfmpeg } from '../../../native/ffmpeg/find.ts';
import { runFfmpeg, startFfmpeg } from '../../../native/ffmpeg/run.ts';
import { renderTimeline } from '../../../native/render/render-timeline.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { picture, sourcesOf, timelineOf } from './film.ts';

const rate = rational(25);
const SOURCE = { width: 640, height: 360 };
const MADE = { width: 270, height: 480 };
const HALF = MADE.height / 2;
/** Pixels of what is made for each of the source: its whole height fills half of the frame. */
const SCALE = HALF / SOURCE.height;
/** One shot ends here and the next begins, with the subjects on the other sides. */
const CUT = 10;
const FRAMES = 20;

type Subject = 'red' | 'blue';
const BOX = { red: { width: 60, height: 90 }, blue: { width: 50, height: 120 } } as const;
const TOP = 120;
/** Left edge in the source: both walk towards the middle, and have changed sides after the cut. */
const left = (subject: Subject, frame: number) => {
  const walked = 2 * (frame % CUT);
  return (subject === 'red') === frame < CUT ? 30 + walked : 560 - walked;
};

/** Grey with a green line along the top and a yellow one along the bottom, and the two that walk. */
async function makeFilm(path: string): Promise<void> {
  const colour = (name: string, { width, height }: { readonly width: number; readonly height: number }) =>
    `color=${name}:s=${width}x${height}:r=25:d=1`;
  const stage = `${colour('gray', SOURCE)},drawbox=0:0:iw:12:lime:fill,drawbox=0:ih-12:iw:12:yellow:fill[s]`;
  // The filter counts pictures from 1.
  const walk = (first: boolean) => {
    const [toRight, toLeft] = [`30+2*mod(n-1,${CUT})`, `560-2*mod(n-1,${CUT})`];
    return `'if(lte(n,${CUT}),${first ? toRight : toLeft},${first ? toLeft : toRight})':${TOP}`;
  };
  const graph = [
    stage,
    `${colour('red', BOX.red)}[r]`,
    `${colour('blue', BOX.blue)}[b]`,
    `[s][r]overlay=${walk(true)}[one]`,
    `[one][b]overlay=${walk(false)}`,
  ].join(';');
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12', '-pix_fmt', 'yuv420p', '-threads', '2'];
  const args = ['-f', 'lavfi', '-i', graph, '-frames:v', String(FRAMES), ...coding, `file:${path}`];
  await runFfmpeg(await findFfmpeg(), { args, stage: 'test' });
}

/** What a detector of faces would have said. */
function track(subject: Subject, id: number, firstFrame: number): ReframeKnowledge['faces'][number] {
  const { width, height } = BOX[subject];
  const seen = Array.from({ length: 3 }, (_, n) => Math.min(firstFrame + 5 * n, firstFrame + CUT - 1)).map((frame) => {
    const x = left(subject, frame) / SOURCE.width;
    return {
      frame,
      box: { x, y: TOP / SOURCE.height, w: width / SOURCE.width, h: height / SOURCE.height },
      score: 0.9,
    };
  });
  return { id, firstFrame, lastFrame: firstFrame + CUT - 1, confidence: 0.9, portraits: [], seen };
}

const IS: Readonly<Record<Subject | 'lime' | 'yellow', (r: number, g: number, b: number) => boolean>> = {
  red: (r, g, b) => r > 180 && g < 90 && b < 90,
  blue: (r, g, b) => b > 180 && r < 90 && g < 90,
  lime: (r, g, b) => g > 180 && r < 90 && b < 90,
  yellow: (r, g, b) => r > 180 && g > 180 && b < 90,
};

/** Where a colour is in rows of a picture: how many pixels, and their bounds. */
function found(pixels: Uint8Array, colour: keyof typeof IS, rows: { readonly from: number; readonly to: number }) {
  let [count, least, most] = [0, MADE.width, -1];
  for (let y = rows.from; y < rows.to; y += 1) {
    for (let x = 0; x < MADE.width; x += 1) {
      const at = 3 * (y * MADE.width + x);
      if (!IS[colour](pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0)) continue;
      count += 1;
      [least, most] = [Math.min(least, x), Math.max(most, x)];
    }
  }
  return { count, least, most };
}

async function decoded(path: string): Promise<readonly Uint8Array[]> {
  const args = ['-i', `file:${path}`, '-map', '0:v:0', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1'];
  const run = startFfmpeg(await findFfmpeg(), { args, stage: 'test', stdout: 'pipe' });
  const pictures: Uint8Array[] = [];
  for await (const chunk of run.chunks(3 * MADE.width * MADE.height)) pictures.push(Uint8Array.from(chunk));
  return pictures;
}

it('a split screen shows the left of two subjects above and the right one below, each whole, across a cut', async () => {
  const folder = temporaryFolder();
  await makeFilm(join(folder, 'two.mp4'));
  const sources = await sourcesOf({ two: join(folder, 'two.mp4') });
  const frames = sources.source(mediaId('two'))?.frames;
  if (frames === undefined) throw new Error('no film');
  const known: ReframeKnowledge = {
    ...{ frames, sourceAspect: 16 / 9, framesPerSecond: 25, stride: 5 },
    shots: [
      { firstFrame: 0, lastFrame: CUT - 1 },
      { firstFrame: CUT, lastFrame: FRAMES - 1 },
    ],
    faces: [track('red', 0, 0), track('blue', 1, 0), track('red', 2, CUT), track('blue', 3, CUT)],
  };
  const wide = timelineOf(rate, [[picture('two', rate, 0, FRAMES, 0)]], [], { width: 1920, height: 1080 });
  const { edit } = reframeEdit(wide, { ...MADE, split: 'split' }, () => known);
  const outcome = applyEdit(wide, edit, sources);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  const output = join(folder, 'split.mp4');
  await renderTimeline(outcome.timeline, sources, output, {
    video: { codec: 'h264', preset: 'ultrafast', crf: 12 },
    audio: null,
  });

  const pictures = await decoded(output);
  expect(pictures).toHaveLength(FRAMES);
  const [upper, lower] = [
    { from: 0, to: HALF },
    { from: HALF, to: MADE.height },
  ];
  for (const [frame, pixels] of pictures.entries()) {
    const [above, below]: readonly [Subject, Subject] = frame < CUT ? ['red', 'blue'] : ['blue', 'red'];
    for (const [subject, half, other] of [[above, upper, lower] as const, [below, lower, upper] as const]) {
      const { width, height } = BOX[subject];
      const seen = found(pixels, subject, half);
      // All of it is there, as large as it should be, and not at the very edge.
      expect(seen.count / (width * height * SCALE ** 2), `${subject} in frame ${frame}`).toBeGreaterThan(0.85);
      expect(seen.count / (width * height * SCALE ** 2)).toBeLessThan(1.15);
      expect(Math.abs(seen.most + 1 - seen.least - width * SCALE)).toBeLessThanOrEqual(3);
      expect(seen.least).toBeGreaterThan(0.02 * MADE.width);
      expect(seen.most).toBeLessThan(0.98 * MADE.width);
      expect(found(pixels, subject, other).count).toBe(0);
      // The whole height of the source, from its first line to its last, and nothing beside it.
      const line = 12 * SCALE;
      for (const [colour, rows] of [
        ['lime', { from: half.from + 1, to: half.from + line - 1 }],
        ['yellow', { from: half.to - line + 1, to: half.to - 1 }],
      ] as const) {
        expect(found(pixels, colour, rows).count).toBe(MADE.width * (rows.to - rows.from));
      }
    }
  }
});
