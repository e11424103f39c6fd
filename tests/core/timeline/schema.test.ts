import { describe, expect, it } from 'vitest';
import { mediaFactsSchema } from '../../../core/media/schema.ts';
import { editSchema } from '../../../core/timeline/edit-schema.ts';
import { refusalSchema } from '../../../core/timeline/refusal-schema.ts';
import { timelineSchema } from '../../../core/timeline/schema.ts';

const clip = {
  kind: 'video',
  id: 'c1',
  mediaId: 'm1',
  name: 'A',
  recordIn: 0,
  duration: 29_400_000,
  speed: { num: 1, den: 1 },
  enabled: true,
  linkId: null,
  note: '',
  sourceIn: 12,
  opacity: 1,
};

const timeline = {
  schema: 'montage.timeline/1',
  id: 't1',
  name: 'Cut',
  rate: { num: 24_000, den: 1001 },
  startFrame: 86_400,
  dropFrame: false,
  width: 1920,
  height: 1080,
  tracks: [{ kind: 'video', id: 'v1', name: 'V1', enabled: true, locked: false, clips: [clip] }],
  markers: [{ id: 'k', at: 0, duration: 0, name: 'n', note: '', colour: 'red' }],
};

/** Where the first complaint lies, as a path. */
function complaint(result: {
  error?: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } | undefined;
}): string {
  const issue = result.error?.issues[0];
  return issue === undefined ? 'accepted' : `${issue.path.join('.')}: ${issue.message}`;
}

describe('stored timelines and edits', () => {
  it('come back from JSON as they were', () => {
    expect(timelineSchema.parse(JSON.parse(JSON.stringify(timeline)))).toEqual(timeline);
    const edit = {
      kind: 'group',
      label: 'two',
      edits: [
        { kind: 'splice', changes: [{ trackId: 'v1', remove: ['c1'], add: [clip] }] },
        { kind: 'group', label: 'inner', edits: [{ kind: 'closeGap', trackId: 'v1', at: 0 }] },
      ],
    };
    expect(editSchema.parse(JSON.parse(JSON.stringify(edit)))).toEqual(edit);
  });

  it('say which field is wrong', () => {
    const half = structuredClone(timeline);
    half.tracks = half.tracks.map((track) => ({ ...track, clips: [{ ...clip, recordIn: 0.5 }] }));
    expect(complaint(timelineSchema.safeParse(half))).toMatch(/^tracks\.0\.clips\.0\.recordIn: .*int/);
    expect(complaint(timelineSchema.safeParse({ ...timeline, rate: { num: 24, den: 0 } }))).toMatch(/^rate\.den/);
    expect(complaint(timelineSchema.safeParse({ ...timeline, colour: 'red' }))).toMatch(/colour/);
    expect(complaint(editSchema.safeParse({ kind: 'explode' }))).toMatch(/^kind/);
    const nested = { kind: 'group', label: '', edits: [{ kind: 'slip', clipId: 'c', frames: 1.5, linked: true }] };
    expect(complaint(editSchema.safeParse(nested))).toMatch(/^edits\.0\.frames/);
  });

  it('refuse sounds among pictures and negative frame numbers', () => {
    const track = { ...timeline.tracks[0], clips: [{ ...clip, kind: 'audio' }] };
    expect(complaint(timelineSchema.safeParse({ ...timeline, tracks: [track] }))).toMatch(/^tracks\.0\.clips\.0/);
    const negative = { ...timeline.tracks[0], clips: [{ ...clip, sourceIn: -1 }] };
    expect(complaint(timelineSchema.safeParse({ ...timeline, tracks: [negative] }))).toMatch(/sourceIn/);
  });

  it('bring fractions into lowest terms', () => {
    expect(timelineSchema.parse({ ...timeline, rate: { num: 50, den: 2 } }).rate).toEqual({ num: 25, den: 1 });
  });

  it('know refusals and media facts by their shape', () => {
    expect(refusalSchema.parse({ reason: 'nothing-to-do' })).toEqual({ reason: 'nothing-to-do' });
    expect(refusalSchema.safeParse({ reason: 'no-media', clipId: 'c' }).success).toBe(false);
    const facts = {
      kind: 'still',
      container: 'png_pipe',
      duration: 0,
      video: [],
      audio: [],
      fingerprint: { sizeBytes: 3, sampledSha256: 'ab' },
      remarks: [],
    };
    expect(mediaFactsSchema.parse(facts)).toEqual(facts);
    expect(complaint(mediaFactsSchema.safeParse({ ...facts, duration: -1 }))).toMatch(/^duration/);
  });
});
