import { assign } from '../../../core/analysis/assignment.ts';
import { iou, type Box, type Scored } from '../../../core/analysis/boxes.ts';
import type { FrameDetections, Track } from '../../../core/analysis/tracks.ts';
import { randomSource } from '../../../core/director/random.ts';

export type Crowd = {
  /** What a detector would see. */
  readonly detections: readonly FrameDetections<Scored>[];
  /** By frame, the box of each object that can be seen at all. */
  readonly truth: readonly ReadonlyMap<number, Box>[];
};

type Walker = { x: number; y: number; vx: number; vy: number; w: number; h: number; hiddenUntil: number };

/**
 * Objects that walk through each other and behind things: they turn slowly and bounce at the borders; who is nearer hides
 * who is farther (overlap above 0.35 makes a detection weak, above 0.6 it is missing), and now and then something hides
 * one for 5–25 frames, away from the borders. Detections jitter by 3 % of their size, 3 % are missing, and chance adds weak false ones.
 */
export function generatedCrowd(seed: number, count: number, frameCount: number): Crowd {
  const random = randomSource(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const walkers: Walker[] = Array.from({ length: count }, () => {
    const w = 0.04 + 0.05 * random();
    return {
      ...{ x: 0.1 + 0.8 * random(), y: 0.1 + 0.8 * random(), w, h: w * 1.25, hiddenUntil: -1 },
      ...{ vx: (random() - 0.5) * 0.012, vy: (random() - 0.5) * 0.006 },
    };
  });
  const detections: FrameDetections<Scored>[] = [];
  const truth: Map<number, Box>[] = [];
  for (let frame = 0; frame < frameCount; frame += 1) {
    for (const walker of walkers) step(walker, frame, random);
    const boxes = walkers.map(({ x, y, w, h }) => ({ x: x - w / 2, y: y - h / 2, w, h }));
    const visible = new Map<number, Box>();
    const found: Scored[] = [];
    boxes.forEach((box, index) => {
      const cover = Math.max(0, ...boxes.slice(0, index).map((nearer) => iou(nearer, box)));
      if (cover > 0.6 || (walkers[index]?.hiddenUntil ?? 0) >= frame) return;
      visible.set(index, box);
      if (random() < 0.03) return;
      const jitter = () => 0.03 * box.w * normal();
      const seen = { x: box.x + jitter(), y: box.y + jitter(), w: box.w + jitter(), h: box.h + jitter() };
      found.push({ box: seen, score: cover > 0.35 ? 0.35 + 0.2 * random() : 0.7 + 0.3 * random() });
    });
    if (random() < 0.1) {
      found.push({ box: { x: random() * 0.9, y: random() * 0.9, w: 0.05, h: 0.06 }, score: 0.3 + 0.25 * random() });
    }
    detections.push({ frame, found });
    truth.push(visible);
  }
  return { detections, truth };
}

function step(walker: Walker, frame: number, random: () => number): void {
  const angle = (random() - 0.5) * 0.04;
  const [vx, vy] = [walker.vx, walker.vy];
  walker.vx = vx * Math.cos(angle) - vy * Math.sin(angle);
  walker.vy = vx * Math.sin(angle) + vy * Math.cos(angle);
  walker.x += walker.vx;
  walker.y += walker.vy;
  if (walker.x < 0.05 || walker.x > 0.95) walker.vx = Math.abs(walker.vx) * (walker.x < 0.5 ? 1 : -1);
  if (walker.y < 0.05 || walker.y > 0.95) walker.vy = Math.abs(walker.vy) * (walker.y < 0.5 ? 1 : -1);
  const isInside = Math.abs(walker.x - 0.5) < 0.3 && Math.abs(walker.y - 0.5) < 0.3;
  if (isInside && walker.hiddenUntil < frame && random() < 0.004)
    walker.hiddenUntil = frame + 5 + Math.floor(20 * random());
}

/**
 * How well tracks keep identities: IDF1 (Ristani et al. 2016) over detections matched at IoU 0.5 under the best one-to-one
 * pairing of objects and tracks, and identity switches as CLEAR MOT defines them (Bernardin and Stiefelhagen 2008): in
 * each frame objects and tracks are paired one to one, who was paired in the frame before stays so where it still fits,
 * and a switch is an object paired with another track than when it was last paired.
 */
export function identityScores(
  truth: Crowd['truth'],
  tracks: readonly Track<Scored>[],
): { readonly idf1: number; readonly switches: number; readonly truthCount: number } {
  const shared = new Map<string, number>();
  const byFrame = new Map<number, { readonly id: number; readonly box: Box }[]>();
  let given = 0;
  for (const { id, seen } of tracks) {
    for (const { frame, box } of seen) {
      given += 1;
      byFrame.set(frame, [...(byFrame.get(frame) ?? []), { id, box }]);
    }
  }
  let [switches, truthCount, objects] = [0, 0, 0];
  const lastTrack = new Map<number, number>();
  let before: ReadonlyMap<number, number> = new Map();
  truth.forEach((visible, frame) => {
    const here = byFrame.get(frame) ?? [];
    truthCount += visible.size;
    objects = Math.max(objects, ...[...visible.keys()].map((object) => object + 1));
    const paired = pairedInFrame([...visible], here, before);
    for (const [object, id] of paired) {
      const key = `${object} ${id}`;
      shared.set(key, (shared.get(key) ?? 0) + 1);
      if ((lastTrack.get(object) ?? id) !== id) switches += 1;
      lastTrack.set(object, id);
    }
    before = paired;
  });
  const most = truthCount + 1;
  const costs = new Float64Array(objects * tracks.length).fill(most);
  for (const [key, times] of shared) {
    const [object = 0, id = 0] = key.split(' ').map(Number);
    costs[object * tracks.length + id] = most - times;
  }
  const pairs = assign(costs, objects, tracks.length, most);
  const idTruePositives = pairs.reduce(
    (sum, id, object) => sum + (id < 0 ? 0 : (shared.get(`${object} ${id}`) ?? 0)),
    0,
  );
  return { idf1: (2 * idTruePositives) / (given + truthCount), switches, truthCount };
}

/** Most pairs that stay as they were, then most overlap; none below IoU 0.5. Objects with the track that each has. */
function pairedInFrame(
  objects: readonly (readonly [number, Box])[],
  here: readonly { readonly id: number; readonly box: Box }[],
  before: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const stays = 10;
  const costs = new Float64Array(objects.length * here.length);
  objects.forEach(([object, box], row) => {
    here.forEach((one, column) => {
      const overlap = iou(one.box, box);
      const rank = overlap < 0.5 ? 0 : overlap + (before.get(object) === one.id ? stays : 0);
      costs[row * here.length + column] = stays + 1 - rank;
    });
  });
  const pairs = assign(costs, objects.length, here.length, stays + 0.75);
  return new Map(
    objects.flatMap(([object], row) => {
      const one = here[pairs[row] ?? -1];
      return one === undefined ? [] : [[object, one.id] as const];
    }),
  );
}
