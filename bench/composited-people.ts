import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Box } from '../core/analysis/boxes.ts';
import { randomSource } from '../core/director/random.ts';
import type { FfmpegTools } from '../native/ffmpeg/find.ts';
import { runFfmpeg } from '../native/ffmpeg/run.ts';
import type { AnnotatedFaces } from '../tests/native/analysers/annotated-faces.ts';

/** A film whose shots show one real face each; `personOf[shot]` says whose. */
export type CompositedFilm = {
  readonly path: string;
  readonly framesPerShot: number;
  readonly personOf: readonly number[];
};

const FRAMES_PER_SHOT = 40;
const SIZE = { width: 960, height: 540 };
/** How much around a face is cut out with it. */
const AROUND = 2.2;

/** Every annotated face in several shots: mirrored or not, of other brightness, contrast, size, sharpness and place. */
export async function compositedFilm(
  tools: FfmpegTools,
  faces: readonly AnnotatedFaces[],
  { root, folder, seed, shotsPerPerson }: { root: string; folder: string; seed: number; shotsPerPerson: number },
): Promise<CompositedFilm> {
  const random = randomSource(seed);
  const people = faces.flatMap(({ file, frame, boxes }) => boxes.map((box) => ({ file, frame, box })));
  const order = people
    .flatMap((_, person) => Array.from({ length: shotsPerPerson }, () => ({ person, rank: random() })))
    .toSorted((a, b) => a.rank - b.rank);
  const list: string[] = [];
  for (const [shot, { person }] of order.entries()) {
    const one = people[person];
    if (one === undefined) continue;
    const path = join(folder, `shot-${shot}.mp4`);
    const graph = shotGraph(one, random);
    const input = ['-i', join(root, one.file)];
    const output = ['-map', '[v]', '-frames:v', String(FRAMES_PER_SHOT), '-c:v', 'libx264', '-preset', 'ultrafast'];
    const args = ['-threads', '2', ...input, '-filter_complex', graph, ...output, '-crf', '14', '-r', '25', path];
    await runFfmpeg(tools, { args, stage: 'bench' });
    list.push(`file '${path}'`);
  }
  const listPath = join(folder, 'shots.txt');
  const path = join(folder, 'people.mp4');
  await writeFile(listPath, list.join('\n'));
  await runFfmpeg(tools, {
    args: ['-f', 'concat', '-safe', '0', '-i', listPath, '-c', 'copy', path],
    stage: 'bench',
  });
  return { path, framesPerShot: FRAMES_PER_SHOT, personOf: order.map(({ person }) => person) };
}

function shotGraph({ frame, box }: { frame: number; box: Box }, random: () => number): string {
  const between = (from: number, to: number) => from + (to - from) * random();
  const look = frame + Math.round(between(-6, 6)) * (frame > 6 ? 1 : 0);
  const [w, h] = [box.w * AROUND, box.h * AROUND];
  const [x, y] = [Math.max(0, box.x + box.w / 2 - w / 2), Math.max(0, box.y + box.h / 2 - h / 2)];
  const height = 2 * Math.round(between(90, 220));
  const tone = `eq=brightness=${between(-0.08, 0.08).toFixed(3)}:contrast=${between(0.8, 1.2).toFixed(3)}`;
  const blur = `gblur=sigma=${between(0.1, 1.2).toFixed(2)}`;
  const mirror = random() < 0.5 ? 'hflip,' : '';
  const cut = `crop=w='min(iw*${w.toFixed(4)},iw-iw*${x.toFixed(4)})':h='min(ih*${h.toFixed(4)},ih-ih*${y.toFixed(4)})':x='iw*${x.toFixed(4)}':y='ih*${y.toFixed(4)}'`;
  const picture = `[0:v:0]select=eq(n\\,${look}),format=yuv420p,${cut},scale=-2:${height},${mirror}${tone},${blur},loop=loop=-1:size=1,setpts=N/25/TB[face]`;
  const colour = Math.floor(random() * 0xffffff)
    .toString(16)
    .padStart(6, '0');
  const ground = `color=0x${colour}:size=${SIZE.width}x${SIZE.height}:rate=25,noise=alls=12:allf=t[ground]`;
  const place = `[ground][face]overlay=x='${between(20, 480).toFixed(0)}+${between(-2, 2).toFixed(2)}*n':y=${between(5, 100).toFixed(0)}:eval=frame,format=yuv420p[v]`;
  return `${picture};${ground};${place}`;
}

/** Precision, recall and F1 over all pairs of prints: are two that are put together one person, and the other way round. */
export function pairScores(truth: readonly number[], given: readonly number[]) {
  let [together, right, wanted] = [0, 0, 0];
  for (let a = 0; a < truth.length; a += 1) {
    for (let b = 0; b < a; b += 1) {
      const [isTrue, isGiven] = [truth[a] === truth[b], given[a] === given[b]];
      if (isGiven) together += 1;
      if (isTrue) wanted += 1;
      if (isTrue && isGiven) right += 1;
    }
  }
  const [precision, recall] = [right / Math.max(1, together), right / Math.max(1, wanted)];
  return { precision, recall, f1: (2 * precision * recall) / Math.max(1e-9, precision + recall) };
}
