import { MontageError } from '../errors.ts';
import type { Media } from '../media/media.ts';
import { flicks, ZERO_FLICKS } from '../time/flicks.ts';
import { frameOfTime } from '../time/rate.ts';
import { formatTimecode } from '../time/timecode.ts';
import { isGenerated, nestedTimeline, sourcesOf } from '../timeline/generated-media.ts';
import type { Title } from '../timeline/picture.ts';
import { placedTransitions, type PlacedTransition } from '../timeline/placed-transition.ts';
import type {
  AudioClip,
  AudioTrack,
  Clip,
  Source,
  SourceLookup,
  Timeline,
  Track,
  VideoClip,
  VideoTrack,
} from '../timeline/timeline.ts';
import type { Transition } from '../timeline/transition.ts';
import type { ExportInput, InterchangeFormat, Loss, LossKind, LossPlace } from './handoff.ts';
import { GENERIC_PROFILE, type Profile } from './profiles.ts';

/** What plays where no file does. */
export type GeneratedContent =
  | { readonly kind: 'title'; readonly title: Title }
  | { readonly kind: 'nested'; readonly timeline: Timeline };

/** A clip with what writers need of it: frames on the record grid and its media. */
export type CutClip<C extends Clip = Clip> = {
  readonly clip: C;
  /** Shown or heard: the clip's own state and its track's. */
  readonly enabled: boolean;
  readonly recordIn: number;
  readonly duration: number;
  /** The file; of generated content a stand-in with its name and no path or streams. */
  readonly media: Media;
  readonly source: Source;
  /** A title or a nested timeline; absent = a file. */
  readonly content?: GeneratedContent | undefined;
  readonly place: LossPlace;
};

/** A transition as it plays, in frames of the record grid: from `cut − inOffset` up to `cut + outOffset`. */
export type CutTransition<C extends Clip = Clip> = {
  readonly transition: Transition;
  readonly cut: number;
  readonly inOffset: number;
  readonly outOffset: number;
  /** What goes; undefined where it comes from nothing. */
  readonly from: CutClip<C> | undefined;
  /** What comes; undefined where it goes to nothing. */
  readonly to: CutClip<C> | undefined;
};

export type CutTrack<C extends Clip = Clip, T extends Track = Track> = {
  readonly track: T;
  /** 'V1', 'A2': what editors call it. */
  readonly label: string;
  readonly clips: readonly CutClip<C>[];
  /** Ascending. */
  readonly transitions: readonly CutTransition<C>[];
};

/** A timeline laid out for writing; writers add to `losses` while they write. */
export type Cut = {
  readonly timeline: Timeline;
  readonly profile: Profile;
  readonly video: readonly CutTrack<VideoClip, VideoTrack>[];
  readonly audio: readonly CutTrack<AudioClip, AudioTrack>[];
  /** Frames from the first to the end of the last clip. */
  readonly length: number;
  readonly losses: Loss[];
  /** Lays out a nested timeline that a clip plays; what is lost of it joins this cut's losses. */
  readonly nested: (timeline: Timeline) => Cut;
};

type Layout = {
  readonly input: ExportInput;
  readonly root: Timeline;
  readonly timeline: Timeline;
  readonly sources: SourceLookup;
  readonly losses: Loss[];
};

/**
 * Lays a timeline out in frames and joins its media.
 * Clips whose media are unknown are left out and listed.
 */
export function layOut(input: ExportInput): Cut {
  const root = input.timeline;
  return layOutTimeline({ input, root, timeline: root, sources: sourcesOf(root, input.sources), losses: [] });
}

function layOutTimeline(layout: Layout): Cut {
  const { input, timeline, losses } = layout;
  const video: CutTrack<VideoClip, VideoTrack>[] = [];
  const audio: CutTrack<AudioClip, AudioTrack>[] = [];
  for (const track of timeline.tracks) {
    if (track.kind === 'video') {
      const label = `V${video.length + 1}`;
      video.push({ track, label, ...joined(layout, track.clips, track.enabled, label) });
    } else {
      const label = `A${audio.length + 1}`;
      audio.push({ track, label, ...joined(layout, track.clips, track.enabled, label) });
    }
  }
  const ends = [...video, ...audio].flatMap((track) => track.clips.map((clip) => clip.recordIn + clip.duration));
  return {
    timeline,
    profile: input.profile ?? GENERIC_PROFILE,
    video,
    audio,
    length: ends.reduce((a, b) => Math.max(a, b), 0),
    losses,
    nested: (nested) => layOutTimeline({ ...layout, timeline: nested }),
  };
}

function joined<C extends Clip>(
  layout: Layout,
  clips: readonly C[],
  trackEnabled: boolean,
  label: string,
): Pick<CutTrack<C>, 'clips' | 'transitions'> {
  const { timeline, losses } = layout;
  const { rate } = timeline;
  const kept = clips.flatMap((clip): CutClip<C>[] => {
    const recordIn = frameOfTime(clip.recordIn, rate, 'nearest');
    const place = { track: label, timecode: recordTimecode(timeline, recordIn) };
    const content = contentOf(layout, clip);
    const media = isGenerated(clip.mediaId) ? content && standIn(clip) : layout.input.media(clip.mediaId);
    const source = layout.sources.source(clip.mediaId);
    if (media === undefined || source === undefined || (clip.kind === 'video' && source.frames === undefined)) {
      losses.push(loss('media', 'cut', clip.name, place, 'its media are not known, so the clip is left out'));
      return [];
    }
    const duration = frameOfTime(clip.duration, rate, 'nearest');
    return [{ clip, enabled: clip.enabled && trackEnabled, recordIn, duration, media, source, content, place }];
  });
  return { clips: kept, transitions: transitionsOf(layout, kept) };
}

function contentOf({ root }: Layout, clip: Clip): GeneratedContent | undefined {
  if (!isGenerated(clip.mediaId)) return undefined;
  const timeline = nestedTimeline(root, clip.mediaId);
  if (timeline !== undefined) return { kind: 'nested', timeline };
  const title = clip.kind === 'video' ? clip.title : undefined;
  return title === undefined ? undefined : { kind: 'title', title };
}

function standIn(clip: Clip): Media {
  return {
    id: clip.mediaId,
    name: clip.name,
    path: '',
    online: true,
    kind: clip.kind === 'audio' ? 'audio' : 'still',
    container: '',
    duration: ZERO_FLICKS,
    video: [],
    audio: [],
    fingerprint: { sizeBytes: 0, sampledSha256: '' },
    remarks: [],
  };
}

function transitionsOf<C extends Clip>(layout: Layout, kept: readonly CutClip<C>[]): readonly CutTransition<C>[] {
  const { rate } = layout.timeline;
  const byClip = new Map(kept.map((item) => [item.clip, item]));
  const of = (clip: C | undefined) => (clip === undefined ? undefined : byClip.get(clip));
  const clips = kept.map((item) => item.clip);
  const placedOnes = placedTransitions(clips, layout.sources, rate);
  listCutBack(layout, kept, placedOnes);
  return placedOnes.map((placed) => ({
    transition: placed.transition,
    cut: frameOfTime(placed.cut, rate, 'nearest'),
    inOffset: frameOfTime(placed.inOffset, rate, 'nearest'),
    outOffset: frameOfTime(placed.outOffset, rate, 'nearest'),
    from: of(placed.from),
    to: of(placed.to),
  }));
}

/** Lists what clips ask for and is not played: their media or neighbours reach no further. */
function listCutBack(layout: Layout, kept: readonly CutClip[], placed: readonly PlacedTransition[]): void {
  const { rate } = layout.timeline;
  const heads = new Map(placed.map((one) => [one.to, one]));
  const tails = new Map(placed.filter((one) => one.to === undefined).map((one) => [one.from, one]));
  for (const [index, { clip, place }] of kept.entries()) {
    const isCovered = kept[index + 1]?.clip.recordIn === clip.recordIn + clip.duration;
    for (const [asked, got] of [[clip.head, heads.get(clip)] as const, [clip.tail, tails.get(clip)] as const]) {
      if (asked === undefined || (asked === clip.tail && isCovered)) continue;
      const played = got === undefined ? 0 : got.inOffset + got.outOffset;
      if (played >= asked.inOffset + asked.outOffset) continue;
      const [from, to] = [asked.inOffset + asked.outOffset, played].map((time) =>
        frameOfTime(flicks(time), rate, 'nearest'),
      );
      const what = to === 0 ? 'is left out' : `is shortened to ${to}`;
      const message = `its ${asked.kind} of ${from} frames ${what}: the media and clips beside the cut reach no further`;
      layout.losses.push(loss('transition', 'detail', clip.name, place, message));
    }
  }
}

/** A cut without the generated clips that a format cannot hold, which it lists. */
export function withoutGenerated(cut: Cut, kinds: readonly GeneratedContent['kind'][]): Cut {
  const strip = <C extends Clip, T extends Track>(track: CutTrack<C, T>): CutTrack<C, T> => {
    const isLeftOut = (item: CutClip<C> | undefined) =>
      item?.content !== undefined && kinds.includes(item.content.kind);
    for (const { clip, content, place } of track.clips.filter(isLeftOut)) {
      const what = content?.kind === 'nested' ? 'the nested timeline' : 'the title';
      cut.losses.push(loss(content?.kind ?? 'title', 'cut', clip.name, place, `${what} is left out and leaves a hole`));
    }
    return {
      ...track,
      clips: track.clips.filter((item) => !isLeftOut(item)),
      transitions: track.transitions.filter(({ from, to }) => !isLeftOut(from) && !isLeftOut(to)),
    };
  };
  return { ...cut, video: cut.video.map((track) => strip(track)), audio: cut.audio.map((track) => strip(track)) };
}

/** The record timecode of a frame that counts from the timeline's first. */
export function recordTimecode(timeline: Timeline, frame: number): string {
  return formatTimecode(timeline.startFrame + frame, timeline);
}

/** Builds a loss. */
export function loss(
  kind: LossKind,
  severity: Loss['severity'],
  what: string,
  where: LossPlace,
  message: string,
): Loss {
  return { kind, severity, what, where, message };
}

/**
 * Refuses rates that a format has no way to write.
 *
 * @throws MontageError E_INTERCHANGE_RATE
 */
export function demandTimebase(timeline: Timeline, format: InterchangeFormat): void {
  const { rate } = timeline;
  if (rate.den === 1 || rate.den === 1001) return;
  throw new MontageError({
    code: 'E_INTERCHANGE_RATE',
    message: `${format === 'edl' ? 'an EDL' : 'FCP7 XML'} counts whole frames per second and cannot hold ${rate.num}/${rate.den} fps`,
    where: timeline.name,
    hint: 'export OTIO or FCPXML, or change the timeline rate',
    stage: 'export',
  });
}
