import { between, type Box } from './boxes.ts';
import type { FaceTrack, Objects } from './picture-results.ts';
import type { Shot } from './results.ts';
import { trackDetections } from './tracks.ts';

type Found = Objects['found'][number];
type ObjectTrack = Objects['tracks'][number];

/** A detection this sure begins a track; the others only continue them. */
const SURE = 0.5;
/** A thing that was gone for longer is another. */
const PATIENCE_SECONDS = 3.2;
/** A face belongs to a person in whose box it lies in so large a part of its looks. */
const LEAST_SHARED = 0.5;

/**
 * Joins what was found in some frames of each shot to tracks: one for each person, dog or car, as far as its way tells it
 * from others of its kind (see `trackDetections`).
 *
 * @param found by rising frame
 * @param looked all frames that were looked at, rising
 */
export function objectTracks(
  found: readonly Found[],
  looked: readonly number[],
  shots: readonly Pick<Shot, 'firstFrame' | 'lastFrame'>[],
  framesPerSecond: number,
): readonly ObjectTrack[] {
  const patience = Math.round(PATIENCE_SECONDS * framesPerSecond);
  const numbered = found.map((one, index) => ({ ...one, index }));
  return shots
    .flatMap(({ firstFrame, lastFrame }) => {
      const frames = looked.filter((frame) => frame >= firstFrame && frame <= lastFrame);
      const inShot = numbered.filter(({ frame }) => frame >= firstFrame && frame <= lastFrame);
      // Seen once in many looks is chance.
      const options = { highScore: SURE, sureScore: SURE, fewest: frames.length > 2 ? 2 : 1, patience };
      return [...new Set(inShot.map(({ label }) => label))].flatMap((label) => {
        const own = inShot.filter((one) => one.label === label);
        const detections = frames.map((frame) => ({ frame, found: own.filter((one) => one.frame === frame) }));
        return trackDetections(detections, options).map(({ seen }) => asTrack(label, seen));
      });
    })
    .toSorted((a, b) => a.firstFrame - b.firstFrame || a.label.localeCompare(b.label))
    .map((track, id) => ({ id, ...track }));
}

function asTrack(label: string, seen: readonly (Found & { readonly index: number })[]): Omit<ObjectTrack, 'id'> {
  const [first, last] = [seen[0]?.frame ?? 0, seen.at(-1)?.frame ?? 0];
  const confidence = seen.reduce((sum, { score }) => sum + score, 0) / Math.max(1, seen.length);
  return {
    label,
    firstFrame: first,
    lastFrame: last,
    confidence: Math.round(confidence * 10_000) / 10_000,
    seen: seen.map(({ index }) => index),
  };
}

/**
 * The person whose face a track shows, among the persons that were found: they are seen before and after their faces are.
 * Undefined where there is none.
 */
export function bodyOf(face: Pick<FaceTrack, 'seen'>, { found, tracks }: Objects): ObjectTrack | undefined {
  const [first, last] = [face.seen[0]?.frame ?? 0, face.seen.at(-1)?.frame ?? 0];
  const persons = tracks.filter(
    ({ label, firstFrame, lastFrame }) => label === 'person' && firstFrame <= last && lastFrame >= first,
  );
  const shared = persons.map((track) => {
    const boxes = track.seen.flatMap((index) => found[index] ?? []);
    const looks = face.seen.filter(({ frame }) => frame >= track.firstFrame && frame <= track.lastFrame);
    const inside = looks.filter(({ frame, box }) => holds(boxAt(boxes, frame), box)).length;
    return { track, part: looks.length === 0 ? 0 : inside / looks.length };
  });
  const best = shared.toSorted((a, b) => b.part - a.part)[0];
  return best !== undefined && best.part >= LEAST_SHARED ? best.track : undefined;
}

function boxAt(boxes: readonly Found[], frame: number): Box | undefined {
  const after = boxes.find((one) => one.frame >= frame);
  const before = boxes.findLast((one) => one.frame <= frame);
  if (after === undefined || before === undefined) return undefined;
  if (after === before) return after.box;
  return between(before.box, after.box, (frame - before.frame) / (after.frame - before.frame));
}

/** Whether the middle of a face lies in the upper half of a person. */
function holds(person: Box | undefined, face: Box): boolean {
  if (person === undefined) return false;
  const [x, y] = [face.x + face.w / 2, face.y + face.h / 2];
  return x >= person.x && x <= person.x + person.w && y >= person.y - face.h && y <= person.y + person.h / 2;
}
