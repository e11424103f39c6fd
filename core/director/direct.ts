import { WHOLE_FILE } from '../analysis/measures.ts';
import { startOfFrame } from '../media/frames.ts';
import type { Media } from '../media/media.ts';
import { flicks, FLICKS_PER_SECOND, ZERO_FLICKS, type Flicks } from '../time/flicks.ts';
import { rational } from '../time/rational.ts';
import { frameDuration, frameOfTime } from '../time/rate.ts';
import { defaultRate, emptyTimeline, sizeOfAspect } from '../timeline/new-timeline.ts';
import {
  clipId,
  linkId,
  timelineId,
  type AudioClip,
  type Timeline,
  type TrackId,
  type VideoClip,
} from '../timeline/timeline.ts';
import { beamArrangement, lengthRanges } from './arrange.ts';
import { fillTarget } from './fill.ts';
import { improve } from './improve.ts';
import { lengthOf, pickScore, scoreArrangement, weigh, type Pick, type Task } from './objective.ts';
import { hashText, randomSource } from './random.ts';
import { confidenceOf, frameOfBeat, reasonFor, rhythmOf, rivalsOf, takeName, type KnownMusic } from './reasons.ts';
import { changeId, suggestionId, type Change, type DirectorInput, type Suggestion } from './suggestion.ts';
import { isKnown, takesOf, type Take } from './takes.ts';

/** Rises whenever the same input could give another suggestion. */
export const DIRECTOR_VERSION = 3;

/** A suggestion, or in one plain sentence why there is none. */
export type DirectorOutcome =
  | { readonly kind: 'suggestion'; readonly suggestion: Suggestion }
  | { readonly kind: 'nothing'; readonly reason: string };

/**
 * Proposes a cut: takes from stored analysis, arranged to the highest score of the objective that a beam search and a
 * local search find, each clip a change of its own with its reason. Pure and decided by `brief.seed`: the same input
 * gives the same bytes.
 */
export function direct(input: DirectorInput): DirectorOutcome {
  const takes = takesOf(input);
  if (takes.length === 0) return { kind: 'nothing', reason: whyNothing(input) };
  const music = musicOf(input);
  const task = taskOf(input, music?.known);
  const random = randomSource(input.brief.seed);
  const ranges = lengthRanges(task, takes);
  const beam = beamArrangement(task, takes, ranges, random);
  const picks = fillTarget(task, improve(task, takes, ranges, beam, random));
  if (picks.length === 0) return { kind: 'nothing', reason: 'All footage is shorter than one frame of the sequence.' };
  return { kind: 'suggestion', suggestion: suggestionOf(input, task, takes, picks, music) };
}

function whyNothing({ brief, media }: DirectorInput): string {
  const footage = media.filter(({ id, kind }) => kind !== 'audio' && id !== brief.music);
  if (media.length === 0) return 'There is no footage yet.';
  if (footage.length === 0) return 'There is only sound, and a cut needs pictures.';
  if (footage.every(({ id }) => brief.neverUse.includes(id))) return 'All footage is on the never-use list.';
  if (footage.every(({ online }) => !online)) return 'All footage is offline.';
  return 'No footage has a picture that can be used.';
}

type Music = { readonly known: KnownMusic; readonly start: Flicks; readonly end: Flicks };

function musicOf({ brief, media, analyses, sources }: DirectorInput): Music | undefined {
  const chosen = media.find(({ id }) => id === brief.music);
  const sound = chosen === undefined ? undefined : sources.source(chosen.id)?.audio;
  if (chosen === undefined || sound === undefined) return undefined;
  const start = sound.start > 0 ? sound.start : ZERO_FLICKS;
  return {
    known: { mediaId: chosen.id, name: chosen.name, rhythm: rhythmOf(analyses, chosen.id), start, end: sound.end },
    start,
    end: sound.end,
  };
}

/** What a cut of this input is judged against. */
export function taskOf(input: DirectorInput, music: KnownMusic | undefined): Task {
  const { brief, style } = input;
  const rate = rateOfCut(input);
  const frame = frameDuration(rate);
  const target = Math.max(frameOfTime(brief.duration, rate, 'nearest'), 1);
  const framesOf = (seconds: number) => Math.max(Math.round((seconds * FLICKS_PER_SECOND) / frame), 1);
  const { min, typical, max } = style.shotSeconds;
  const beats = new Set(music?.rhythm?.beats.flatMap(({ at }) => frameOfBeat(at, music, frame) ?? []));
  return {
    style,
    frame,
    target,
    lengths: { min: Math.min(framesOf(min), target), typical: framesOf(typical), max: framesOf(max) },
    beats,
    mustUse: brief.mustUse.filter((id) => !brief.neverUse.includes(id)),
    neverUse: brief.neverUse,
    maxShotReuse: brief.maxShotReuse,
  };
}

function rateOfCut({ brief, media }: DirectorInput) {
  const footage = media.filter(({ id }) => id !== brief.music && !brief.neverUse.includes(id));
  return brief.rate ?? defaultRate(footage);
}

/** The task of an input, music included; for judging other arrangements of the same footage. */
export function taskFor(input: DirectorInput): Task {
  return taskOf(input, musicOf(input)?.known);
}

type Tracks = { readonly picture: TrackId; readonly sound: TrackId; readonly music: TrackId };

function suggestionOf(
  input: DirectorInput,
  task: Task,
  takes: readonly Take[],
  picks: readonly Pick[],
  music: Music | undefined,
): Suggestion {
  const { brief } = input;
  const plan = picks.map(({ take, sourceIn, start, frames }) => [take.media.id, sourceIn, start, frames]);
  const name = hashText(JSON.stringify([DIRECTOR_VERSION, brief, input.style, plan]));
  const base = emptyTimelineFor(input, name, music !== undefined);
  const tracks = tracksOf(base);
  const rivals = rivalsOf(task, takes, picks);
  const changes = picks.map((pick, index): Change => {
    const before = picks[index - 1];
    const place = index === 0 ? 'first' : index === picks.length - 1 ? 'last' : 'inside';
    const score = pickScore(task, pick, before);
    const reason = reasonFor(task, pick, place, rivals[index % Math.max(rivals.length, 1)], music?.known);
    return {
      id: changeId(`${name}-${index + 1}`),
      edit: {
        kind: 'overwrite',
        placements: placementsOf(
          input,
          task,
          tracks,
          pick,
          `${name}-${index + 1}`,
          reason.sentence,
          music !== undefined && lengthOf(pick.start, task) < music.end - music.start,
        ),
        newIds: [],
      },
      reason,
      score,
      confidence: confidenceOf(score.total, pick.take.measures !== undefined),
      record: { start: lengthOf(pick.start, task), end: lengthOf(pick.start + pick.frames, task) },
    };
  });
  const total = picks.reduce((sum, pick) => sum + pick.frames, 0);
  const bed = music === undefined ? [] : musicChange(task, tracks, music, total, name);
  return {
    schema: 'montage.suggestion/1',
    id: suggestionId(name),
    brief,
    directorVersion: DIRECTOR_VERSION,
    base,
    changes: [...changes, ...bed],
    score: scoreArrangement(task, picks),
    notes: notesOf(input, task, picks, total, music),
    coverage: coverageOf(input),
  };
}

function emptyTimelineFor(input: DirectorInput, name: string, hasMusic: boolean): Timeline {
  const { brief, style } = input;
  return emptyTimeline({
    id: timelineId(`cut ${name}`),
    name: `${style.name} cut`,
    rate: rateOfCut(input),
    ...(brief.size ?? sizeOfAspect(brief.aspect)),
    videoTracks: 1,
    audioTracks: hasMusic ? 2 : 1,
  });
}

function tracksOf({ tracks }: Timeline): Tracks {
  const [picture, sound, music] = tracks.map(({ id }) => id);
  if (picture === undefined || sound === undefined) throw new RangeError('a cut has a picture and a sound track');
  return { picture, sound, music: music ?? sound };
}

function placementsOf(
  input: DirectorInput,
  task: Task,
  tracks: Tracks,
  pick: Pick,
  name: string,
  note: string,
  underMusic: boolean,
) {
  const { take } = pick;
  const common = {
    mediaId: take.media.id,
    name: take.media.name,
    recordIn: lengthOf(pick.start, task),
    duration: lengthOf(pick.frames, task),
    speed: rational(1),
    enabled: true,
    linkId: take.hasSound ? linkId(name) : null,
    note,
  };
  const picture: VideoClip = { ...common, kind: 'video', id: clipId(`${name}-v`), sourceIn: pick.sourceIn, opacity: 1 };
  if (!take.hasSound) return [{ trackId: tracks.picture, clip: picture }];
  const sound: AudioClip = {
    ...common,
    kind: 'audio',
    id: clipId(`${name}-a`),
    sourceIn: startOfFrame(take.frames, pick.sourceIn),
    streamOrdinal: 0,
    gainDb: underMusic ? input.style.naturalSoundDb : 0,
    fadeIn: ZERO_FLICKS,
    fadeOut: ZERO_FLICKS,
  };
  return [
    { trackId: tracks.picture, clip: picture },
    { trackId: tracks.sound, clip: sound },
  ];
}

/** The music under the cut, from its start; it fades out over the last second. */
function musicChange(task: Task, tracks: Tracks, music: Music, total: number, name: string): readonly Change[] {
  const available = Math.floor((music.end - music.start) / task.frame);
  const frames = Math.min(total, available);
  if (frames < 1) return [];
  const duration = lengthOf(frames, task);
  const { mediaId, name: file, rhythm } = music.known;
  const tempo = rhythm?.tempoBpm ?? undefined;
  const heard =
    tempo === undefined ? 'no steady beat was found in it' : `its beat is clear at ${Math.round(tempo)} bpm`;
  const sentence = `Lays '${file}' under the cut: ${heard}.`;
  const clip: AudioClip = {
    kind: 'audio',
    id: clipId(`${name}-music`),
    mediaId,
    name: file,
    recordIn: ZERO_FLICKS,
    duration,
    sourceIn: music.start,
    speed: rational(1),
    enabled: true,
    linkId: null,
    note: sentence,
    streamOrdinal: 0,
    gainDb: 0,
    fadeIn: ZERO_FLICKS,
    fadeOut: flicks(Math.min(FLICKS_PER_SECOND, Math.floor(duration / 4))),
  };
  const fit = weigh([
    { name: 'length', value: frames / total, weight: 1 },
    { name: 'pulse', value: rhythm?.confidence ?? 0, weight: 1 },
  ]);
  const evidence =
    rhythm === undefined || tempo === undefined
      ? []
      : [
          {
            analyserId: rhythm.analyserId,
            analyserVersion: rhythm.analyserVersion,
            mediaId,
            span: WHOLE_FILE,
            measure: 'tempoBpm',
            value: tempo,
          },
        ];
  return [
    {
      id: changeId(`${name}-music`),
      edit: { kind: 'overwrite', placements: [{ trackId: tracks.music, clip }], newIds: [] },
      reason: { sentence, evidence },
      score: fit,
      confidence: confidenceOf(fit.total, rhythm !== undefined),
      record: { start: ZERO_FLICKS, end: duration },
    },
  ];
}

function notesOf(
  input: DirectorInput,
  task: Task,
  picks: readonly Pick[],
  total: number,
  music: Music | undefined,
): readonly string[] {
  const notes: string[] = [];
  const clock = (frames: number) => {
    const seconds = Math.round((frames * task.frame) / FLICKS_PER_SECOND);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  };
  if (total < task.target) notes.push(`Found ${clock(total)} of good material for ${clock(task.target)}.`);
  const { known, total: all } = coverageOf(input);
  if (known < all) notes.push(`Knows ${known} of ${all} files; the others were left out or judged by length only.`);
  const shown = new Set(picks.map(({ take }) => take.media.id));
  const missing = (id: Media['id']) => input.media.find((media) => media.id === id)?.name ?? id;
  for (const id of input.brief.mustUse)
    if (!shown.has(id)) notes.push(`'${missing(id)}' must be used, but nothing of it fits.`);
  if (input.brief.music !== null && music === undefined)
    notes.push('The chosen music cannot be heard; cut without it.');
  if (music !== undefined && task.beats.size === 0)
    notes.push('No steady beat was found in the music; cuts follow the style alone.');
  if (music !== undefined && music.end - music.start < total * task.frame)
    notes.push('The music is shorter than the cut.');
  const stretched = picks.filter((pick) => pick.frames > task.lengths.max);
  const [first] = stretched;
  if (first !== undefined) {
    const what = stretched.length === 1 ? takeName(first.take) : `${stretched.length} clips`;
    notes.push(`There is little footage for this length: ${what} ran longer than the style asks.`);
  }
  return notes;
}

function coverageOf({ brief, media, analyses }: DirectorInput): Suggestion['coverage'] {
  const footage = media.filter(
    ({ id, kind }) => kind !== 'audio' && id !== brief.music && !brief.neverUse.includes(id),
  );
  const known = footage.filter(
    ({ id, kind }) => kind === 'still' || isKnown(analyses.find(({ mediaId }) => mediaId === id)),
  );
  return { known: known.length, total: footage.length };
}
