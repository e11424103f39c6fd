import type { DuckOutcome } from '../../core/contract/model.ts';
import { resultOf } from '../../core/analysis/results.ts';
import { flicks, FLICKS_PER_SECOND } from '../../core/time/flicks.ts';
import type { EditId } from '../../core/timeline/edit.ts';
import { duckEdit, loudSpans, USUAL_DUCKING, type LoudnessLookup } from '../../core/timeline/duck.ts';
import type { TimelineId, TrackId } from '../../core/timeline/timeline.ts';
import type { EngineParts } from './parts.ts';

/** What is asked; absent = usual. */
type DuckWish = {
  readonly timelineId: TimelineId;
  readonly editId: EditId;
  readonly music: readonly TrackId[];
  readonly speech: readonly TrackId[] | null;
  readonly thresholdLufs?: number | undefined;
  readonly depthDb?: number | undefined;
  readonly attackMs?: number | undefined;
  readonly holdMs?: number | undefined;
  readonly releaseMs?: number | undefined;
};

/** Ducks music under what the project's analysis knows to be loud on the other tracks, in one committed edit. */
export function duckMusic({ project }: EngineParts, wish: DuckWish): DuckOutcome {
  const { timeline } = project.timelines.get(wish.timelineId);
  const isAudio = (id: TrackId) => timeline.tracks.some((track) => track.id === id && track.kind === 'audio');
  const others = timeline.tracks.filter(({ id, kind }) => kind === 'audio' && !wish.music.includes(id));
  const unknown = [...wish.music, ...(wish.speech ?? [])].find((id) => !isAudio(id));
  if (unknown !== undefined) return { kind: 'nothing', reason: `There is no audio track ${unknown}.` };
  const time = (ms: number | undefined, usual: typeof USUAL_DUCKING.attack) =>
    ms === undefined ? usual : flicks((FLICKS_PER_SECOND / 1000) * ms);
  const settings = {
    thresholdLufs: wish.thresholdLufs ?? USUAL_DUCKING.thresholdLufs,
    depthDb: wish.depthDb ?? USUAL_DUCKING.depthDb,
    attack: time(wish.attackMs, USUAL_DUCKING.attack),
    hold: time(wish.holdMs, USUAL_DUCKING.hold),
    release: time(wish.releaseMs, USUAL_DUCKING.release),
  };
  const speech = wish.speech ?? others.map(({ id }) => id);
  const spans = loudSpans(timeline, speech, loudnessIn(project), settings.thresholdLufs);
  if (spans.length === 0) {
    return {
      kind: 'nothing',
      reason: `Nothing on the other tracks is known to be louder than ${settings.thresholdLufs} LUFS.`,
    };
  }
  const edit = duckEdit(timeline, wish.music, spans, settings);
  if (edit === undefined) return { kind: 'nothing', reason: 'No music lies under the speech.' };
  return project.timelines.applyAt(wish.timelineId, { editId: wish.editId, author: 'you' }, edit);
}

function loudnessIn({ analysis, media }: EngineParts['project']): LoudnessLookup {
  return (mediaId) => {
    const result = resultOf({ mediaId, results: analysis.results(mediaId, ['loudness']) }, 'loudness');
    const start = media.source(mediaId)?.audio?.start;
    return result === undefined || start === undefined ? undefined : { result, start };
  };
}
