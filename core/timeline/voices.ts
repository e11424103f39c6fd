import { addFlicks, flicks, subtractFlicks, type Flicks } from '../time/flicks.ts';
import { equalRational } from '../time/rational.ts';
import { sourcesOf } from './generated-media.ts';
import { recordOut, sourceTimeAtRecord } from './lookup.ts';
import { placedHead, placedTail, transitionSpan, type PlacedTransition } from './placed-transition.ts';
import type { AudioClip, AudioTrack, SourceLookup, Timeline } from './timeline.ts';

/**
 * A stretch of sound that is played from one source without a seam: a clip, or several that abut and go on in the same
 * material, so that a cut through it cannot be heard. It starts early and ends late where transitions take more of it.
 */
export type Voice = {
  /** What is played: media, stream, channels and speed are the same for all parts, `sourceIn` is heard at its record in. */
  readonly clip: AudioClip;
  /** On the timeline, transitions included. */
  readonly start: Flicks;
  readonly end: Flicks;
  /** The clips in it, ascending; the first reaches back to `start`, the last on to `end`. */
  readonly clips: readonly AudioClip[];
  readonly head: VoiceEdge;
  readonly tail: VoiceEdge;
};

/**
 * How a voice comes or goes, inside [start, end) of the timeline. 'cross': an equal-power quarter sine of a transition;
 * 'fade': a straight line that the clip asks for; 'declick': a raised cosine of {@link DECLICK} at a hard edit; 'none':
 * the material itself starts or ends here, so that nothing is cut.
 */
export type VoiceEdge = {
  readonly kind: 'cross' | 'fade' | 'declick' | 'none';
  readonly start: Flicks;
  readonly end: Flicks;
};

/** Length of the fades at hard edits: 5 ms, inside the clip, so that nothing outside of it is heard. */
export const DECLICK: Flicks = flicks(3_528_000);
/** Splitting rounds source times to flicks: this much apart is the same time. A sample at 48 kHz has 14 700. */
const SAME_TIME = 1024;
/** Half a sample at 48 kHz. */
const HALF_SAMPLE = 7350;

/**
 * What is heard of a timeline: its voices, ascending by their start. Tracks that are off, or not solo while one is, and
 * clips that are off are left out. `sources` may be those of files; nested timelines are found in `root`.
 */
export function voicesOf(timeline: Timeline, sources: SourceLookup, root: Timeline = timeline): readonly Voice[] {
  const all = sourcesOf(root, sources);
  return heardTracks(timeline)
    .flatMap((track) => trackVoices(track, timeline, all))
    .sort((a, b) => a.start - b.start);
}

function heardTracks(timeline: Timeline): readonly AudioTrack[] {
  const on = timeline.tracks.filter((track): track is AudioTrack => track.kind === 'audio' && track.enabled);
  const solo = on.filter((track) => track.solo === true);
  return solo.length > 0 ? solo : on;
}

function trackVoices(track: AudioTrack, timeline: Timeline, sources: SourceLookup): readonly Voice[] {
  const { clips } = track;
  const voices: Voice[] = [];
  for (let first = 0; first < clips.length; ) {
    const last = lastOfVoice(clips, first);
    const clip = clips[first];
    if (clip !== undefined && clip.enabled && clip.speed.num !== 0) {
      const head = placedHead(clips, first, sources, timeline.rate);
      const tail = leavingTransition(clips, last, sources, timeline);
      voices.push(voiceOf(clips.slice(first, last + 1), clip, { head, tail }, sources));
    }
    first = last + 1;
  }
  return voices;
}

/** The index of the last clip that goes on in the material of clip `first` without a seam. */
function lastOfVoice(clips: readonly AudioClip[], first: number): number {
  const start = clips[first];
  let last = first;
  for (let next = clips[last + 1]; start !== undefined && next !== undefined; next = clips[last + 1]) {
    if (next.recordIn !== recordOut(clips[last] ?? start) || !goesOn(start, next)) break;
    last += 1;
  }
  return last;
}

/** Whether a later clip plays what the first would play at that time. */
function goesOn(first: AudioClip, next: AudioClip): boolean {
  const isSame =
    first.enabled &&
    next.enabled &&
    first.mediaId === next.mediaId &&
    first.streamOrdinal === next.streamOrdinal &&
    equalRational(first.speed, next.speed) &&
    String(first.channels) === String(next.channels);
  return isSame && Math.abs(sourceTimeAtRecord(first, first.sourceIn, next.recordIn) - next.sourceIn) <= SAME_TIME;
}

function leavingTransition(
  clips: readonly AudioClip[],
  last: number,
  sources: SourceLookup,
  { rate }: Timeline,
): PlacedTransition<AudioClip> | undefined {
  const next = placedHead(clips, last + 1, sources, rate);
  return next?.from === clips[last] && next?.from !== undefined ? next : placedTail(clips, last, sources, rate);
}

type Transitions = {
  readonly head: PlacedTransition<AudioClip> | undefined;
  readonly tail: PlacedTransition<AudioClip> | undefined;
};

function voiceOf(
  clips: readonly AudioClip[],
  clip: AudioClip,
  { head, tail }: Transitions,
  sources: SourceLookup,
): Voice {
  const last = clips.at(-1) ?? clip;
  const end = recordOut(last);
  const audio = sources.source(clip.mediaId)?.audio;
  const isBackwards = clip.speed.num < 0;
  // Where the file itself has nothing before the in point or after the out point, nothing is cut.
  const isCut = (time: Flicks, edge: 'start' | 'end') => {
    if (audio === undefined) return true;
    return edge === 'start' ? time > audio.start + HALF_SAMPLE : time < audio.end - HALF_SAMPLE;
  };
  return {
    clip,
    clips,
    start: head === undefined ? clip.recordIn : transitionSpan(head).start,
    end: tail === undefined ? end : transitionSpan(tail).end,
    head:
      head === undefined
        ? headEdge(clip, end, isCut(clip.sourceIn, isBackwards ? 'end' : 'start'))
        : { kind: 'cross', ...transitionSpan(head) },
    tail:
      tail === undefined
        ? tailEdge(
            last,
            clip.recordIn,
            isCut(sourceTimeAtRecord(clip, clip.sourceIn, end), isBackwards ? 'start' : 'end'),
          )
        : { kind: 'cross', ...transitionSpan(tail) },
  };
}

function headEdge(clip: AudioClip, voiceEnd: Flicks, isCut: boolean): VoiceEdge {
  const start = clip.recordIn;
  if (clip.fadeIn > 0) return { kind: 'fade', start, end: addFlicks(start, clip.fadeIn) };
  if (!isCut) return { kind: 'none', start, end: start };
  return { kind: 'declick', start, end: addFlicks(start, declickWithin(subtractFlicks(voiceEnd, start))) };
}

function tailEdge(clip: AudioClip, voiceStart: Flicks, isCut: boolean): VoiceEdge {
  const end = recordOut(clip);
  if (clip.fadeOut > 0) return { kind: 'fade', start: subtractFlicks(end, clip.fadeOut), end };
  if (!isCut) return { kind: 'none', start: end, end };
  return { kind: 'declick', start: subtractFlicks(end, declickWithin(subtractFlicks(end, voiceStart))), end };
}

/** Both fades fit even into a single frame. */
function declickWithin(length: Flicks): Flicks {
  return flicks(Math.min(DECLICK, Math.floor(length / 2)));
}
