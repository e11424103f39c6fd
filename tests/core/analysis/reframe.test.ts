import { describe, expect, it } from 'vitest';
import { reframeEdit, type ReframeKnowledge } from '../../../core/analysis/reframe.ts';
import { frameIndex } from '../../../core/media/frames.ts';
import { mediaId } from '../../../core/media/media.ts';
import { rational } from '../../../core/time/rational.ts';
import { applyEdit } from '../../../core/timeline/apply-edit.ts';
import { editSchema } from '../../../core/timeline/edit-schema.ts';
import { frameAtOffset } from '../../../core/timeline/clip-time.ts';
import { valueAt } from '../../../core/timeline/keyframes.ts';
import type { Timeline, VideoClip } from '../../../core/timeline/timeline.ts';
import { atFrame, FOOTAGE, PAL, picture, SOURCES, timelineOf } from '../timeline/footage.ts';
import { titled } from '../timeline/starting-cut.ts';

const frames = FOOTAGE.get(mediaId('pal'))?.frames;

/** A face that walks from left to right in the first shot and sits right in the second. */
function knowledge(): ReframeKnowledge {
  if (frames === undefined) throw new Error('no footage');
  const shots = [
    { firstFrame: 0, lastFrame: 249 },
    { firstFrame: 250, lastFrame: 499 },
  ];
  const x = (frame: number) => (frame < 250 ? 0.2 + 0.002 * frame : 0.8);
  const faces = shots.map(({ firstFrame, lastFrame }, id) => ({
    ...{ id, firstFrame, lastFrame, confidence: 0.9, portraits: [] },
    seen: Array.from({ length: 50 }, (_, n) => firstFrame + n * 5)
      .concat(lastFrame)
      .map((frame) => ({ frame, box: { x: x(frame) - 0.05, y: 0.2, w: 0.1, h: 0.2 }, score: 0.9 })),
  }));
  return { frames, shots, faces, sourceAspect: 16 / 9, framesPerSecond: 25, stride: 5 };
}

describe('reframing', () => {
  const plain = picture({ id: 'plain', media: 'pal', at: 0, frames: 100, sourceIn: 200 });
  const back: VideoClip = {
    ...picture({ id: 'back', media: 'pal', at: 100, frames: 100 }),
    sourceIn: frameIndex(299),
    speed: rational(-1),
  };
  const held: VideoClip = {
    ...picture({ id: 'held', media: 'pal', at: 200, frames: 20, sourceIn: 30 }),
    speed: rational(0),
  };
  const title = titled('title', 220, 20, PAL);

  it('shows the face wherever a clip plays it: forwards, backwards and held, across the cut inside', () => {
    const timeline = timelineOf([[plain, back, held, title]], []);
    const known = knowledge();
    const { edit, followed } = reframeEdit(timeline, { width: 1080, height: 1920 }, (id) =>
      id === mediaId('pal') ? known : undefined,
    );
    expect(followed).toEqual({ faces: 5, objects: 0, saliency: 0, centre: 0 });
    const outcome = applyEdit(timeline, edit, SOURCES);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome));
    expect(outcome.timeline).toMatchObject({ width: 1080, height: 1920 });
    const clips = outcome.timeline.tracks.flatMap((track) => (track.kind === 'video' ? track.clips : []));
    expect(clips.map(({ fit }) => fit)).toEqual(['fill', 'fill', 'fill', undefined]);
    const window = 81 / 256;
    let previous: { readonly frame: number; readonly centre: number } | undefined;
    for (const clip of clips.slice(0, 3)) {
      for (let n = 0; n < clip.duration / atFrame(1, PAL); n += 1) {
        const frame = frameAtOffset(clip, known.frames, atFrame(n, PAL));
        const centre = 0.5 - valueAt(clip.keyframes?.positionX, atFrame(n, PAL), 0) * window;
        const face = frame < 250 ? 0.2 + 0.002 * frame : 0.8;
        expect(Math.abs(centre - face)).toBeLessThan(window / 2 - 0.05);
        const isSameShot = previous !== undefined && previous.frame < 250 === frame < 250;
        if (n > 0 && isSameShot) expect(Math.abs(centre - (previous?.centre ?? 0))).toBeLessThanOrEqual(0.02);
        previous = { frame, centre };
      }
    }
    // A held picture needs one keyframe.
    expect(clips[2]?.keyframes?.positionX).toHaveLength(1);
  });

  /** Two faces in the second shot, too far apart for an upright window. */
  function two(): ReframeKnowledge {
    const known = knowledge();
    const left = known.faces.map((face) => ({
      ...face,
      id: face.id + 2,
      seen: face.seen.map((one) => ({ ...one, box: { ...one.box, x: 0.1 } })),
    }));
    return { ...known, faces: [...known.faces, ...left.slice(1)] };
  }

  it('shows two faces that do not fit above each other where it is asked to, as clips that can be edited', () => {
    const late = picture({ id: 'late', media: 'pal', at: 0, frames: 100, sourceIn: 300 });
    const early = picture({ id: 'early', media: 'pal', at: 100, frames: 50, sourceIn: 10 });
    const timeline = timelineOf([[late, early]], []);
    const shape = { width: 1080, height: 1920, split: 'half' };
    const { edit } = reframeEdit(timeline, shape, two);
    expect(editSchema.parse(edit)).toEqual(edit);
    const outcome = applyEdit(timeline, edit, SOURCES);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome));
    const tracks = outcome.timeline.tracks.map((track) => (track.kind === 'video' ? track.clips : []));
    expect(tracks.map((clips) => clips.map(({ id }) => id))).toEqual([['late', 'early'], ['half late']]);
    // A window of twice the width: the whole height of the picture in half of the frame.
    const window = 81 / 128;
    const [upper, lower] = [tracks[0]?.[0], tracks[1]?.[0]];
    for (const [clip, face, positionY] of [[upper, 0.15, -0.25] as const, [lower, 0.8, 0.25] as const]) {
      expect(clip).toMatchObject({ fit: 'fill', transform: { positionY, scaleX: 0.5, scaleY: 0.5 } });
      const centre = 0.5 - valueAt(clip?.keyframes?.positionX, atFrame(50, PAL), 0) * window;
      expect(Math.abs(centre - face)).toBeLessThan(window / 2 - 0.05);
      // Nothing beside the picture is shown.
      expect(Math.abs(centre - 0.5)).toBeLessThanOrEqual(0.5 - window / 2 + 1e-9);
    }
    expect(upper?.transform).not.toEqual(tracks[0]?.[1]?.transform);
    // Unasked, and in shapes whose halves are wider than the source, one is followed.
    for (const other of [
      { ...shape, split: undefined },
      { ...shape, width: 1080, height: 1080 },
    ]) {
      const { edit: plainEdit } = reframeEdit(timeline, other, two);
      expect(JSON.stringify(plainEdit)).not.toContain('addTrack');
    }
  });

  it('a split screen goes without a trace when the timeline is reframed again, and is not split twice', () => {
    const late = picture({ id: 'late', media: 'pal', at: 0, frames: 100, sourceIn: 300 });
    const timeline = timelineOf([[late]], []);
    const reframed = (from: Timeline, width: number, height: number, split?: string) => {
      const { edit, split: count } = reframeEdit(from, { width, height, split }, two);
      const outcome = applyEdit(from, edit, SOURCES);
      if (!outcome.ok) throw new Error(JSON.stringify(outcome));
      return { count, timeline: outcome.timeline };
    };
    const once = reframed(timeline, 1080, 1920, 'one');
    expect(once.count).toBe(1);
    expect(reframed(once.timeline, 1920, 1080).timeline).toStrictEqual(reframed(timeline, 1920, 1080).timeline);
    const square = reframed(once.timeline, 1080, 1080);
    expect(square).toStrictEqual(reframed(timeline, 1080, 1080));
    const twice = reframed(once.timeline, 1080, 1920, 'two');
    expect(twice).toStrictEqual(reframed(timeline, 1080, 1920, 'two'));
  });

  it('of clips that lie over each other the upper one is split, the other fills the frame', () => {
    const clip = (id: string, at: number) => picture({ id, media: 'pal', at, frames: 100, sourceIn: 300 });
    const timeline = timelineOf([[clip('under', 0), clip('after', 150)], [clip('over', 50)]], []);
    const { edit, split } = reframeEdit(timeline, { width: 1080, height: 1920, split: 'half' }, two);
    const outcome = applyEdit(timeline, edit, SOURCES);
    if (!outcome.ok) throw new Error(JSON.stringify(outcome));
    const scales = outcome.timeline.tracks.map((track) =>
      track.kind === 'video' ? track.clips.map(({ id, transform }) => `${id} ${transform?.scaleX ?? 1}`) : [],
    );
    expect(split).toBe(2);
    expect(scales).toEqual([['under 1', 'after 0.5'], ['over 0.5'], ['half over 0.5', 'half after 0.5']]);
  });

  it('sets the size and nothing else that comes with the wish', () => {
    const wish = { width: 1080, height: 1920, timelineId: 't', editId: 'e' };
    const { edit } = reframeEdit(timelineOf([[plain]], []), wish, knowledge);
    expect(editSchema.parse(edit)).toEqual(edit);
  });

  it('can be undone, and replaces what an earlier one left', () => {
    const timeline = timelineOf([[plain]], []);
    const first = applyEdit(timeline, reframeEdit(timeline, { width: 1080, height: 1920 }, knowledge).edit, SOURCES);
    if (!first.ok) throw new Error('refused');
    expect(applyEdit(first.timeline, first.inverse, SOURCES)).toMatchObject({ ok: true, timeline });
    const square = applyEdit(
      first.timeline,
      reframeEdit(first.timeline, { width: 1920, height: 1080 }, knowledge).edit,
      SOURCES,
    );
    const [track] = square.ok ? square.timeline.tracks : [];
    expect(track?.clips[0]?.keyframes).toBeUndefined();
  });
});
