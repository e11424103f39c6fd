import { between, iou, type Box } from './boxes.ts';
import type { DetectedFace } from './face-detector.ts';
import { FACE_TRACKING } from './face-tracks.ts';
import type { Shot } from './results.ts';
import { trackDetections, type FrameDetections, type Track } from './tracks.ts';

/** A frame to look for faces in: all of it, or only around boxes where some should be. */
export type FaceLook = { readonly frame: number; readonly around?: readonly Box[] | undefined };

/** How often to look. */
export type FacePace = {
  /** Whole pictures are looked at so often; faces that come are found then. */
  readonly surveySeconds: number;
  /** Faces that are known are looked for so often while they move. */
  readonly lookSeconds: number;
  /** And so often while they keep still. */
  readonly restSeconds: number;
};

export const FACE_PACE: FacePace = { surveySeconds: 2, lookSeconds: 0.3, restSeconds: 1.2 };

/** How far a face may stray from the straight line between two looks, in its own size, by how its way bent lately. */
const STRAY = 0.1;
/** And how far it may go between them. */
const FAR = 2;
/** From one look to the next, the time between looks may grow by so much. */
const SLACKEN = 1.7;

/** A face that may have strayed farther is looked for on its way. */
const MOST_STRAY = 0.25;
/** So is one that, after a longer time, is in a box that overlaps less (IoU) with the last. */
const LONG_SECONDS = 0.5;
const LONG_OVERLAP = 0.45;
/** In a crowd, and where little is known of its way, after any time. */
const LEAST_OVERLAP = 0.2;
/** When a face comes or goes is found out to so many seconds. */
const EDGE_SECONDS = 0.12;
/** More regions than this in a frame, and all of it is looked at. */
const MOST_REGIONS = 4;
/** A face that was not seen for so long is waited for no more. */
const WAIT_SECONDS = 1;
/** From how many of its last looks a face's place is foretold. */
const RECENT_LOOKS = 6;
/** Times that a shot is gone back to. */
const MOST_ROUNDS = 4;
/** Of what a face has moved, how much it is taken to move on. */
const GOES_ON = 0.7;

type Looked = FrameDetections<DetectedFace> & FaceLook;
type ShotWatch = {
  readonly shot: Pick<Shot, 'firstFrame' | 'lastFrame'>;
  /** What was seen, in the order of looking. */
  readonly looked: Looked[];
  readonly waiting: Set<number>;
  lastSurvey: number;
  round: number;
};

/**
 * Decides where to look for faces next, from what was seen so far: whole pictures now and then, around known faces more
 * often, and back between two looks where a face came, went or moved far. Shots one after another; answers may come
 * a few looks late.
 */
export type FaceWatch = {
  /** The frame to fetch next; undefined when there is none before more was seen, and at the end. */
  next(): number | undefined;
  /** Where to look in a frame that was fetched; a list may be empty. */
  look(frame: number): FaceLook;
  /** What was found there. */
  saw(look: FaceLook, found: readonly DetectedFace[]): void;
  /** All that was seen, by rising frame. */
  seen(): readonly FrameDetections<DetectedFace>[];
};

/** @param shots apart from each other, rising */
export function watchFaces(
  shots: readonly Pick<Shot, 'firstFrame' | 'lastFrame'>[],
  framesPerSecond: number,
  pace: FacePace = FACE_PACE,
): FaceWatch {
  const watches = shots.map((shot): ShotWatch => ({ shot, looked: [], waiting: new Set(), lastSurvey: -1, round: 0 }));
  const back: { readonly watch: ShotWatch; readonly look: FaceLook }[] = [];
  const asked = new Map<number, { readonly watch: ShotWatch; readonly look: FaceLook | undefined }>();
  let [current, last] = [0, -1];
  const ask = (watch: ShotWatch, frame: number, look?: FaceLook) => {
    asked.set(frame, { watch, look });
    watch.waiting.add(frame);
    return frame;
  };
  return {
    next() {
      const again = back.shift();
      if (again !== undefined) return ask(again.watch, again.look.frame, again.look);
      const watch = watches[current];
      if (watch === undefined) return undefined;
      // While nobody is known, the next look depends on what this one shows.
      if (watch.waiting.size > 0 && live(rising(watch.looked), last, framesPerSecond).length === 0) return undefined;
      last = nextInShot(watch, last, framesPerSecond, pace);
      if (last === watch.shot.lastFrame) current += 1;
      return ask(watch, last);
    },
    look(frame) {
      const { watch, look } = asked.get(frame) ?? {};
      return look ?? (watch === undefined ? { frame } : placeToLook(watch, frame, framesPerSecond, pace));
    },
    saw(look, found) {
      const watch = asked.get(look.frame)?.watch;
      if (watch === undefined) return;
      watch.looked.push({ ...look, found });
      if (look.around === undefined) watch.lastSurvey = Math.max(watch.lastSurvey, look.frame);
      watch.waiting.delete(look.frame);
      if (watch.waiting.size > 0 || !watch.looked.some(({ frame }) => frame === watch.shot.lastFrame)) return;
      watch.round += 1;
      if (watch.round > MOST_ROUNDS) return;
      for (const further of furtherLooks(rising(watch.looked), framesPerSecond)) {
        // It waits from now on.
        watch.waiting.add(further.frame);
        back.push({ watch, look: further });
      }
    },
    seen: () => rising(watches.flatMap(({ looked }) => looked)).map(({ frame, found }) => ({ frame, found })),
  };
}

function rising<One extends { readonly frame: number }>(looks: readonly One[]): readonly One[] {
  return looks.toSorted((a, b) => a.frame - b.frame);
}

/** While nobody is there, only whole pictures are looked at. */
function nextInShot({ shot, looked }: ShotWatch, last: number, rate: number, pace: FacePace): number {
  const { firstFrame, lastFrame } = shot;
  if (last < firstFrame) return firstFrame;
  const step = Math.max(1, Math.round(secondsToNext(looked, last, rate, pace) * rate));
  // A look right before the last frame would tell what that one tells.
  return last + 1.5 * step > lastFrame ? lastFrame : last + step;
}

function secondsToNext(looked: readonly Looked[], frame: number, rate: number, pace: FacePace): number {
  if (looked.length === 0) return pace.lookSeconds;
  const recent = rising(looked).slice(-RECENT_LOOKS);
  const latest = recent.at(-1)?.frame ?? 0;
  const known = live(recent, frame, rate);
  if (known.length === 0) return pace.surveySeconds;
  const gap = (latest - (recent.at(-2)?.frame ?? latest)) / rate;
  const times = known.map(({ seen }) => {
    const [b, c] = seen.slice(-2);
    // What looked like a face once or weakly, and does no more, is not waited for.
    if (c?.frame !== latest && !isLikely(seen)) return pace.restSeconds;
    const isSure = c?.frame === latest && c.score >= FACE_TRACKING.highScore;
    if (!isSure || b === undefined) return 0;
    const bend = Math.max(...seen.map((_, at) => bendAt(seen, at)));
    return Math.min(Math.sqrt((8 * STRAY) / bend), (FAR / apart(b.box, c.box, b.box)) * (c.frame - b.frame)) / rate;
  });
  return Math.max(pace.lookSeconds, Math.min(pace.restSeconds, gap * SLACKEN, ...times));
}

/** Those who were seen at the last of some looks, however long ago in film of few pictures, or lately. */
function live(looked: readonly Looked[], frame: number, rate: number): readonly Track<DetectedFace>[] {
  const recent = looked.slice(-RECENT_LOOKS);
  const latest = recent.at(-1)?.frame;
  return followed(recent, rate).filter(({ seen }) => {
    const last = seen.at(-1)?.frame ?? 0;
    return last === latest || frame - last <= WAIT_SECONDS * rate;
  });
}

function isLikely(seen: Track<DetectedFace>['seen']): boolean {
  return seen.some(({ score }) => score >= FACE_TRACKING.sureScore);
}

/** How far two boxes are from each other, and how differently large, in the size of a third. */
function apart(a: Box, b: Box, { w, h }: Box): number {
  const across = Math.abs(b.x - a.x + (b.w - a.w) / 2) / w;
  const down = Math.abs(b.y - a.y + (b.h - a.h) / 2) / h;
  return Math.max(across, down, Math.abs(Math.log(b.h / a.h)));
}

/** How much a track bends at a sighting: acceleration in its own size per frame²; 0 at its ends. */
function bendAt(seen: Track<DetectedFace>['seen'], at: number): number {
  const [a, b, c] = [seen[at - 1], seen[at], seen[at + 1]];
  if (a === undefined || b === undefined || c === undefined) return 0;
  const [before, after] = [b.frame - a.frame, c.frame - b.frame];
  return (2 * apart(b.box, between(a.box, c.box, before / (before + after)), b.box)) / (before * after);
}

function placeToLook({ shot, looked, lastSurvey }: ShotWatch, frame: number, rate: number, pace: FacePace): FaceLook {
  const isDue = lastSurvey < 0 || frame - lastSurvey >= Math.round(pace.surveySeconds * rate);
  if (isDue || frame === shot.firstFrame || frame === shot.lastFrame) return { frame };
  const known = live(rising(looked.filter((look) => look.frame < frame)), frame, rate);
  const latest = looked.reduce((last, look) => (look.frame > last.frame && look.frame < frame ? look : last));
  // Who is not where they should be may be anywhere.
  const isLost = ({ seen }: Track<DetectedFace>) => isLikely(seen) && seen.at(-1)?.frame !== latest.frame;
  if (latest.around !== undefined && known.some(isLost)) return { frame };
  return known.length > MOST_REGIONS ? { frame } : { frame, around: known.flatMap((track) => expected(track, frame)) };
}

/** Where one who was seen lately should be. */
function expected({ seen }: Track<DetectedFace>, frame: number): readonly Box[] {
  const [before, last] = [seen.at(-2), seen.at(-1)];
  if (last === undefined) return [];
  if (before === undefined) return [last.box];
  const steps = Math.min(1, (frame - last.frame) / (last.frame - before.frame)) * GOES_ON;
  const { x, y } = between(before.box, last.box, 1 + steps);
  return [{ ...last.box, x, y }];
}

function followed(looked: readonly Looked[], rate: number): readonly Track<DetectedFace>[] {
  const { highScore, patienceSeconds } = FACE_TRACKING;
  const patience = Math.round(patienceSeconds * rate);
  return trackDetections(looked, { highScore, sureScore: highScore, fewest: 1, patience });
}

/** Half way to where a face is first missing, and on the way of one that moved far. */
function furtherLooks(looked: readonly Looked[], rate: number): readonly FaceLook[] {
  const wanted = new Map<number, Box[]>();
  const gap = Math.max(2, EDGE_SECONDS * rate);
  for (const { seen } of followed(looked, rate)) {
    for (const { after, until, box } of [...edges(seen, looked), ...leaps(seen, looked, rate)]) {
      if (until - after <= gap) continue;
      const frame = (after + until) >> 1;
      wanted.set(frame, [...(wanted.get(frame) ?? []), box]);
    }
  }
  const known = new Set(looked.map(({ frame }) => frame));
  return rising(
    [...wanted].flatMap(([frame, around]): readonly FaceLook[] => {
      if (known.has(frame)) return [];
      return [around.length > MOST_REGIONS ? { frame } : { frame, around }];
    }),
  );
}

type Gap = { readonly after: number; readonly until: number; readonly box: Box };

/** A face came or went between the look that has it and the next that would have had it. */
function edges(seen: Track<DetectedFace>['seen'], looked: readonly Looked[]): readonly Gap[] {
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined) return [];
  const before = looked.findLast((look) => look.frame < first.frame && covers(look, first.box));
  const after = looked.find((look) => look.frame > last.frame && covers(look, last.box));
  return [
    ...(before === undefined ? [] : [{ after: before.frame, until: first.frame, box: first.box }]),
    ...(after === undefined ? [] : [{ after: last.frame, until: after.frame, box: last.box }]),
  ];
}

/** On a way that may not be straight: all of it, or the parts of it between looks that missed who goes it. */
function leaps(seen: Track<DetectedFace>['seen'], looked: readonly Looked[], rate: number): readonly Gap[] {
  return seen.flatMap((b, index) => {
    const a = seen[index - 1];
    if (a === undefined || !strays(seen, index, looked, rate)) return [];
    const missed = looked.filter((look) => look.frame > a.frame && look.frame < b.frame);
    // What is hardly a face is looked for once, what is one twice as often.
    if (missed.length > (isLikely(seen) ? 1 : 0)) return [];
    const ends = [a, ...missed, b].map(({ frame }) => frame);
    return ends.slice(1).map((until, at) => {
      const after = ends[at] ?? a.frame;
      const part = ((after + until) / 2 - a.frame) / (b.frame - a.frame);
      return { after, until, box: between(a.box, b.box, part) };
    });
  });
}

/** Whether a track may be far from the straight line to a sighting from the one before. */
function strays(seen: Track<DetectedFace>['seen'], at: number, looked: readonly Looked[], rate: number): boolean {
  const [a, b] = [seen[at - 1], seen[at]];
  if (a === undefined || b === undefined) return false;
  if (b.frame - a.frame > LONG_SECONDS * rate && iou(a.box, b.box) < LONG_OVERLAP) return true;
  const isLeap = iou(a.box, b.box) < LEAST_OVERLAP;
  if (seen.length < 3) return isLeap;
  if (isLeap && isInCrowd(b.frame, looked)) return true;
  const bend = Math.max(bendAt(seen, at - 1), bendAt(seen, at));
  return (bend * (b.frame - a.frame) ** 2) / 8 > MOST_STRAY;
}

/** Whether there are so many faces that one is easily taken for another. */
function isInCrowd(frame: number, looked: readonly Looked[]): boolean {
  return (looked.find((look) => look.frame === frame)?.found.length ?? 0) > MOST_REGIONS;
}

/** Whether a look would have seen a face there. */
function covers({ around }: FaceLook, box: Box): boolean {
  const [x, y] = [box.x + box.w / 2, box.y + box.h / 2];
  const isNear = (one: Box) => Math.abs(one.x + one.w / 2 - x) <= one.w && Math.abs(one.y + one.h / 2 - y) <= one.h;
  return around === undefined || around.some(isNear);
}
