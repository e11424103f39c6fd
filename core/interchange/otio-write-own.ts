import { channelsOfStream } from '../media/channels.ts';
import { frameOfTime } from '../time/rate.ts';
import { formatRational } from '../time/rational.ts';
import type { Clip, Timeline, Track, VideoClip } from '../timeline/timeline.ts';
import type { Transition } from '../timeline/transition.ts';
import type { CutClip, CutTransition } from './export-cut.ts';
import { asJson, type Json, type JsonRecord } from './otio-write-json.ts';

/** The transitions at a clip's ends as they play. */
export type Ends = { readonly head: CutTransition | undefined; readonly tail: CutTransition | undefined };

/**
 * What has no place in OTIO itself, so that Montage reads its own file back whole; other programs ignore it. `name` is
 * what the file calls the clip.
 */
export function ownClip(item: CutClip, ends: Ends, timeline: Timeline, name: string): JsonRecord {
  const { clip } = item;
  const own: Record<string, Json> = {};
  if (clip.name !== name) own['name'] = clip.name;
  if (clip.note !== '') own['note'] = clip.note;
  if (clip.speed.den !== 1) own['speed'] = formatRational(clip.speed);
  for (const end of ['head', 'tail'] as const) {
    const asked = askedTransition(clip[end], ends[end], timeline);
    if (asked !== undefined) own[end] = asked;
  }
  return { ...own, ...(clip.kind === 'video' ? ownPicture(clip) : ownSound(item)) };
}

function ownPicture(clip: VideoClip): JsonRecord {
  const { transform, crop, fit, blend, lut, stabilise, retiming } = clip;
  const effects = asJson({ transform, crop, fit, blend, lut, stabilise, retiming });
  return {
    ...(clip.opacity === 1 ? {} : { opacity: clip.opacity }),
    ...(isEmpty(effects) ? {} : { effects }),
    ...(clip.keyframes === undefined ? {} : { pictureKeyframes: asJson(clip.keyframes) }),
    ...(clip.fadeIn === undefined || clip.fadeIn === 0 ? {} : { fadeIn: clip.fadeIn }),
    ...(clip.fadeOut === undefined || clip.fadeOut === 0 ? {} : { fadeOut: clip.fadeOut }),
  };
}

function ownSound({ clip, media }: CutClip): JsonRecord {
  if (clip.kind === 'video') return {};
  const all = channelsOfStream(media, clip.streamOrdinal);
  const channels = clip.channels?.flatMap((channel) => all[channel] ?? []);
  return {
    ...(clip.gainDb === 0 ? {} : { gainDb: clip.gainDb }),
    ...(clip.pan === undefined || clip.pan === 0 ? {} : { pan: clip.pan }),
    ...(clip.streamOrdinal === 0 ? {} : { stream: clip.streamOrdinal }),
    ...(channels === undefined ? {} : { channels }),
    ...(clip.keyframes === undefined ? {} : { soundKeyframes: asJson(clip.keyframes) }),
    ...(clip.fadeIn === 0 ? {} : { fadeIn: clip.fadeIn }),
    ...(clip.fadeOut === 0 ? {} : { fadeOut: clip.fadeOut }),
  };
}

function isEmpty(json: Json): boolean {
  return typeof json === 'object' && json !== null && Object.keys(json).length === 0;
}

/** A transition as the editor asked for it, where less of it plays. */
function askedTransition(
  asked: Clip['head'],
  played: CutTransition | undefined,
  { rate }: Timeline,
): JsonRecord | undefined {
  if (asked === undefined) return undefined;
  const frames = ({ inOffset, outOffset }: Pick<Transition, 'inOffset' | 'outOffset'>): readonly [number, number] => [
    frameOfTime(inOffset, rate, 'nearest'),
    frameOfTime(outOffset, rate, 'nearest'),
  ];
  const [inOffset, outOffset] = frames(asked);
  const shown = [played?.inOffset ?? 0, played?.outOffset ?? 0];
  if (shown[0] === inOffset && shown[1] === outOffset) return undefined;
  const direction = asked.direction === undefined ? {} : { direction: asked.direction };
  return { kind: asked.kind, inOffset, outOffset, ...direction, played: shown };
}

/** What OTIO has no place for of a track. `name` is what the file calls it. */
export function ownTrack(track: Track, name: string): JsonRecord {
  return {
    ...(track.name === name ? {} : { name: track.name }),
    ...(track.locked ? { locked: true } : {}),
    ...(track.solo === true ? { solo: true } : {}),
    ...(track.syncLock === false ? { syncLock: false } : {}),
    ...(track.kind === 'video' && track.captions !== undefined ? { captions: asJson(track.captions) } : {}),
  };
}

/** What OTIO has no place for of a timeline; of nested ones also their rate, start and metadata. */
export function ownTimeline(timeline: Timeline, isNested: boolean): JsonRecord {
  const { dropFrame, width, height, colourSpace, metadata } = timeline;
  return {
    version: 1,
    dropFrame,
    width,
    height,
    ...(colourSpace === undefined ? {} : { colourSpace }),
    ...(isNested ? { rate: formatRational(timeline.rate), startFrame: timeline.startFrame } : {}),
    ...(isNested && metadata !== undefined ? { metadata: asJson(metadata) } : {}),
  };
}
