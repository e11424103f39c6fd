import { canDropFrame, isListedRate, nearestListedRate } from '../time/rate.ts';
import { timelineId, trackId, type LinkId, type Timeline, type Track } from '../timeline/timeline.ts';
import type {
  ImportedClip,
  ImportedTimeline,
  ImportedTrack,
  Loss,
  MediaReference,
  ResolvedMedia,
  ResolvedTimeline,
} from './handoff.ts';
import { collectLosses } from './imported.ts';
import { resolveAudioClip, resolveMarkers, resolveVideoClip, type Resolver } from './resolve-clip.ts';
import { isReachable } from './resolve-time.ts';

/** What all timelines of one file share while they are resolved. */
type Session = {
  readonly find: (reference: MediaReference) => ResolvedMedia | undefined;
  readonly ids: () => string;
  readonly described: ReadonlyMap<string, ImportedTimeline>;
  readonly nested: Map<string, Timeline>;
  /** Keys that are being resolved: meeting one of them again is a cycle. */
  readonly open: Set<string>;
  readonly losses: Loss[];
};

/** Size where the file gives none. */
const DEFAULT_SIZE = { width: 1920, height: 1080 };
const DEEPEST_NESTING = 32;

/**
 * Turns a described cut into a timeline once its media are found. What cannot be found, heard or shown is left out and
 * listed; clips that reach past their media are shortened and listed. `ids` gives a fresh id at each call.
 */
export function resolveImported(
  imported: ImportedTimeline,
  find: (reference: MediaReference) => ResolvedMedia | undefined,
  ids: () => string,
): ResolvedTimeline {
  const described = new Map((imported.nested ?? []).map(({ key, timeline }) => [key, timeline]));
  const session: Session = { find, ids, described, nested: new Map(), open: new Set(), losses: [] };
  const root = resolveOne(session, imported);
  for (const key of described.keys()) nestedOf(session, key);
  const nested = [...session.nested.values()];
  const timeline = nested.length === 0 ? root : { ...root, nested };
  return { timeline, losses: [...imported.losses, ...session.losses] };
}

function resolveOne(session: Session, imported: ImportedTimeline): Timeline {
  const rate = isListedRate(imported.rate) ? imported.rate : nearestListedRate(imported.rate);
  const dropFrame = imported.dropFrame && canDropFrame(rate);
  const isTime = imported.startFrame >= 0 && isReachable(imported.startFrame, rate);
  const startFrame = isTime ? imported.startFrame : 0;
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  const add = (kind: 'rate' | 'start-timecode', message: string) => losses.add(kind, 'cut', imported.name, {}, message);
  if (rate !== imported.rate)
    add('rate', `its rate of ${imported.rate.num}/${imported.rate.den} fps becomes ${rate.num}/${rate.den}`);
  if (dropFrame !== imported.dropFrame)
    add('start-timecode', 'its rate has no drop-frame timecode, so none is dropped');
  if (!isTime) add('start-timecode', 'it starts before midnight or beyond all time, and starts at 00:00:00:00 now');
  const resolver: Resolver = {
    imported: { ...imported, dropFrame },
    rate,
    find: session.find,
    nested: (key) => nestedOf(session, key),
    ids: session.ids,
    links: new Map(),
    losses,
  };
  const counts = { video: 0, audio: 0 };
  const tracks = imported.tracks.map((track) => {
    counts[track.kind] += 1;
    return resolveTrack(resolver, track, `${track.kind === 'video' ? 'V' : 'A'}${counts[track.kind]}`);
  });
  session.losses.push(...losses.list);
  return {
    schema: 'montage.timeline/1',
    id: timelineId(session.ids()),
    name: imported.name,
    rate,
    startFrame,
    dropFrame,
    width: imported.width ?? DEFAULT_SIZE.width,
    height: imported.height ?? DEFAULT_SIZE.height,
    ...(imported.colourSpace === undefined ? {} : { colourSpace: imported.colourSpace }),
    tracks: loneLinksDropped(tracks),
    markers: resolveMarkers(imported.markers, rate, session.ids),
    ...(imported.metadata === undefined ? {} : { metadata: imported.metadata }),
  };
}

/** A nested timeline by its key, resolved once; undefined where it is unknown or plays itself. */
function nestedOf(session: Session, key: string): Timeline | undefined {
  const known = session.nested.get(key);
  if (known !== undefined) return known;
  const described = session.described.get(key);
  if (described === undefined || session.open.has(key) || session.open.size >= DEEPEST_NESTING) return undefined;
  session.open.add(key);
  const timeline = resolveOne(session, described);
  session.open.delete(key);
  session.nested.set(key, timeline);
  session.losses.push(...described.losses);
  return timeline;
}

function resolveTrack(resolver: Resolver, track: ImportedTrack, label: string): Track {
  const base = {
    id: trackId(resolver.ids()),
    name: track.name === '' ? label : track.name,
    enabled: track.enabled,
    locked: track.locked,
    ...(track.solo === true ? { solo: true } : {}),
    ...(track.syncLock === false ? { syncLock: false } : {}),
    ...(track.metadata === undefined ? {} : { metadata: track.metadata }),
  };
  const placed = placedClips(resolver, track, label);
  if (track.kind === 'audio') {
    return { ...base, kind: 'audio', clips: placed.flatMap((clip) => resolveAudioClip(resolver, clip, label) ?? []) };
  }
  const clips = placed.flatMap((clip) => resolveVideoClip(resolver, clip, label) ?? []);
  const captions = clips.every((clip) => clip.title !== undefined) ? track.captions : undefined;
  return { ...base, kind: 'video', clips, ...(captions === undefined ? {} : { captions }) };
}

/** In record order from frame 0; what a later clip covers is cut off. */
function placedClips(resolver: Resolver, track: ImportedTrack, label: string): readonly ImportedClip[] {
  const { losses, rate } = resolver;
  const reachable = track.clips.filter((clip) => {
    const isInside = isReachable(clip.recordIn, rate) && isReachable(clip.recordIn + clip.duration, rate);
    if (!isInside) losses.add('media', 'cut', clip.name, { track: label }, 'it lies beyond all time and is left out');
    return isInside;
  });
  const clips = reachable.toSorted((a, b) => a.recordIn - b.recordIn);
  return clips.flatMap((clip, index) => {
    const place = losses.at(label, clip.recordIn);
    const next = clips[index + 1]?.recordIn ?? Number.POSITIVE_INFINITY;
    const end = Math.min(clip.recordIn + clip.duration, next);
    if (clip.recordIn < 0 || end <= clip.recordIn) {
      losses.add('media', 'cut', clip.name, place, 'it lies before the start or under another clip and is left out');
      return [];
    }
    if (end < clip.recordIn + clip.duration) {
      losses.add('media', 'cut', clip.name, place, 'the next clip covers its end, which is cut off');
    }
    return [{ ...clip, duration: end - clip.recordIn }];
  });
}

/** A clip whose partners were left out is linked to nothing. */
function loneLinksDropped(tracks: readonly Track[]): readonly Track[] {
  const sizes = new Map<LinkId, number>();
  for (const { clips } of tracks) {
    for (const { linkId: link } of clips) if (link !== null) sizes.set(link, (sizes.get(link) ?? 0) + 1);
  }
  const kept = (link: LinkId | null) => (link !== null && (sizes.get(link) ?? 0) > 1 ? link : null);
  return tracks.map(
    (track): Track =>
      track.kind === 'video'
        ? { ...track, clips: track.clips.map((clip) => ({ ...clip, linkId: kept(clip.linkId) })) }
        : { ...track, clips: track.clips.map((clip) => ({ ...clip, linkId: kept(clip.linkId) })) },
  );
}
