import { frameOfTime } from '../time/rate.ts';
import { addSeconds, secondsOfFrame, ZERO_SECONDS, type Seconds } from '../time/seconds.ts';
import type { AudioClip, Marker, VideoClip } from '../timeline/timeline.ts';
import type { TransitionDirection, TransitionKind } from '../timeline/transition.ts';
import { loss, type CutClip, type CutTransition } from './export-cut.ts';
import { timeText } from './fcpxml-format.ts';
import { effectId } from './fcpxml-resources.ts';
import {
  captionNode,
  clipNode,
  markerNode,
  markerPlace,
  timingOfClip,
  type SequenceWriter,
} from './fcpxml-write-clip.ts';
import { node, type XmlNode } from './xml-write.ts';

/** One element of the main storyline: where it lies and where its own time starts; without a clip it is a gap. */
type StoryElement = {
  readonly recordIn: number;
  readonly duration: number;
  readonly localStart: Seconds;
  readonly clip: CutClip<VideoClip> | undefined;
};

/**
 * The main storyline: the lowest track that holds no captions, with gaps, and all else connected to it by lane.
 * Children abut, transitions lie over their cuts.
 */
export function spineNode(writer: SequenceWriter, tcStart: Seconds): XmlNode {
  const { cut } = writer;
  const { rate } = cut.timeline;
  const base = baseTrack(writer);
  const elements = storyElements(writer, base);
  const groups = byElement(elements, connectedGroups(writer, base), (group) => group.recordIn);
  const allMarkers = byElement(elements, cut.timeline.markers, (marker) => frameOfTime(marker.at, rate, 'nearest'));
  const nodes = elements.flatMap((element) => {
    const anchored = (groups.get(element) ?? []).flatMap(
      (group) => group.write(localTime(writer, element, group.recordIn)) ?? [],
    );
    const markers = allMarkers.get(element) ?? [];
    const offset = addSeconds(tcStart, secondsOfFrame(element.recordIn, rate));
    const own =
      element.clip === undefined
        ? gapNode(writer, element, offset, anchored, markers)
        : clipNode(writer, element.clip, { offset, anchored, markers });
    const transition = transitionNode(writer, base, element.recordIn, tcStart);
    return transition === undefined ? [own] : [transition, own];
  });
  const last = transitionNode(writer, base, cut.length, tcStart);
  listMarkersPastEnd(writer);
  return node('spine', {}, [...nodes, last]);
}

/** Sorts things by the element that covers their frame, in the order given. */
function byElement<Thing>(
  elements: readonly StoryElement[],
  things: readonly Thing[],
  frameOf: (thing: Thing) => number,
): ReadonlyMap<StoryElement, readonly Thing[]> {
  const found = new Map<StoryElement, Thing[]>();
  for (const thing of things) {
    const frame = frameOf(thing);
    let [low, high] = [0, elements.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((elements[middle]?.recordIn ?? Number.POSITIVE_INFINITY) <= frame) low = middle + 1;
      else high = middle;
    }
    const element = elements[low - 1];
    if (element === undefined || frame >= element.recordIn + element.duration) continue;
    const list = found.get(element) ?? [];
    list.push(thing);
    found.set(element, list);
  }
  return found;
}

/** The video track that is the main storyline. */
function baseTrack({ cut }: SequenceWriter): number {
  return Math.max(
    0,
    cut.video.findIndex(({ track }) => track.captions === undefined),
  );
}

function listMarkersPastEnd({ cut }: SequenceWriter): void {
  for (const marker of cut.timeline.markers) {
    if (frameOfTime(marker.at, cut.timeline.rate, 'nearest') < cut.length) continue;
    const message = 'it lies after the last clip, where FCPXML has nothing to hold it';
    cut.losses.push(loss('marker', 'detail', marker.name, markerPlace(cut, marker), message));
  }
}

/** The main track's clips with gaps between them, up to the end of the longest track. */
function storyElements(writer: SequenceWriter, base: number): readonly StoryElement[] {
  const { cut } = writer;
  const elements: StoryElement[] = [];
  let at = 0;
  const gapTo = (frame: number) => {
    if (frame > at) elements.push({ recordIn: at, duration: frame - at, localStart: ZERO_SECONDS, clip: undefined });
  };
  const track = cut.video[base];
  for (const clip of track?.track.captions === undefined ? (track?.clips ?? []) : []) {
    gapTo(clip.recordIn);
    const localStart = timingOfClip(writer, clip).start;
    elements.push({ recordIn: clip.recordIn, duration: clip.duration, localStart, clip });
    at = clip.recordIn + clip.duration;
  }
  gapTo(cut.length);
  return elements;
}

function gapNode(
  { cut }: SequenceWriter,
  element: StoryElement,
  offset: Seconds,
  anchored: readonly XmlNode[],
  markers: readonly Marker[],
): XmlNode {
  const { rate } = cut.timeline;
  const inGap = markers.map((marker) => {
    const at = frameOfTime(marker.at, rate, 'nearest') - element.recordIn;
    return markerNode(cut, marker, secondsOfFrame(at, rate), markerPlace(cut, marker));
  });
  const duration = timeText(secondsOfFrame(element.duration, rate));
  return node('gap', { name: 'Gap', offset: timeText(offset), start: '0s', duration }, [...anchored, ...inGap]);
}

/** A record frame in an element's own time. */
function localTime(writer: SequenceWriter, element: StoryElement, frame: number): Seconds {
  return addSeconds(element.localStart, secondsOfFrame(frame - element.recordIn, writer.cut.timeline.rate));
}

/** Something connected to the main storyline: a clip, a caption, or clips that transitions join. */
type Group = {
  readonly recordIn: number;
  readonly write: (offset: Seconds) => XmlNode | undefined;
};

/** Everything but the main storyline and merged sound: pictures above in lanes 1, 2, …, sound below in −1, −2, … */
function connectedGroups(writer: SequenceWriter, base: number): readonly Group[] {
  const { cut, riding } = writer;
  const pictures = cut.video.flatMap((track, index) => {
    const { captions } = track.track;
    if (captions !== undefined) {
      const lane = index === base ? 1 : index - base;
      return track.clips.map((item): Group => {
        return {
          recordIn: item.recordIn,
          write: (offset) => captionNode(writer, item, captions.language, { offset, lane }),
        };
      });
    }
    return index === base ? [] : runsOf(writer, track.clips, index, index - base);
  });
  const sounds = cut.audio.flatMap((track, index) => {
    const free = track.clips.filter((item) => !riding.has(item));
    return runsOf(writer, free, index, -(index + 1));
  });
  listLostLinks(writer);
  return [...pictures, ...sounds];
}

function listLostLinks({ cut, merged, riding }: SequenceWriter): void {
  const all = [...cut.video, ...cut.audio].flatMap((track): readonly CutClip[] => track.clips);
  for (const item of all) {
    if (item.clip.linkId === null || merged.has(item) || riding.has(item)) continue;
    const message =
      'it differs from its partner or lies on a track of another number, so it is connected but not linked';
    cut.losses.push(loss('link', 'detail', item.clip.name, item.place, message));
  }
}

/** Clips that transitions join, or that have one at an end, become a storyline of their own; others stay single. */
function runsOf(writer: SequenceWriter, items: readonly CutClip[], track: number, lane: number): readonly Group[] {
  const runs: CutClip[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isJoined =
      last !== undefined &&
      last.recordIn + last.duration === item.recordIn &&
      transitionsAt(writer, track, lane, item.recordIn) !== undefined;
    if (isJoined) run?.push(item);
    else runs.push([item]);
  }
  return runs.flatMap((run) => groupOf(writer, run, track, lane) ?? []);
}

function groupOf(writer: SequenceWriter, run: readonly CutClip[], track: number, lane: number): Group | undefined {
  const { rate } = writer.cut.timeline;
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { recordIn } = first;
  const end = last.recordIn + last.duration;
  const hasTransition = [recordIn, end].some((frame) => transitionsAt(writer, track, lane, frame) !== undefined);
  if (run.length === 1 && !hasTransition) {
    return { recordIn, write: (offset) => clipNode(writer, first, { offset, lane }) };
  }
  const write = (offset: Seconds) => {
    const start = secondsOfFrame(-recordIn, rate);
    const children = run.flatMap((item) => [
      transitionNode(writer, track, item.recordIn, start, lane),
      clipNode(writer, item, { offset: addSeconds(start, secondsOfFrame(item.recordIn, rate)) }),
    ]);
    const closing = transitionNode(writer, track, end, start, lane);
    return node('spine', { lane, offset: timeText(offset) }, [...children, closing]);
  };
  return { recordIn, write };
}

type Pair = {
  readonly picture: CutTransition<VideoClip> | undefined;
  readonly sound: CutTransition<AudioClip> | undefined;
};

/** The transitions at a cut of a storyline: of its pictures and of the sound that rides on them, or of free sound. */
function transitionsAt(writer: SequenceWriter, track: number, lane: number, frame: number): Pair | undefined {
  const { cuts, riding } = writer;
  const at = cuts.audio[track]?.get(frame);
  const ends: readonly CutClip[] = [at?.from, at?.to].filter((end) => end !== undefined);
  const sound = ends.every((end) => riding.has(end) === lane >= 0) ? at : undefined;
  const picture = lane < 0 ? undefined : cuts.video[track]?.get(frame);
  return picture === undefined && sound === undefined ? undefined : { picture, sound };
}

/** Final Cut's own transitions by the uids its files have. */
const EFFECTS: Readonly<
  Record<TransitionKind, { readonly name: string; readonly uid: string; readonly key?: string }>
> = {
  dissolve: { name: 'Cross Dissolve', uid: 'FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265' },
  'fade-through-black': { name: 'Fade To Color', uid: 'FxPlug:F779C565-486D-4633-8035-0374B4DB8F5C' },
  wipe: { name: 'Wipe', uid: 'FxPlug:857E2FBA-98DB-411B-A88C-CE6ABC1F65D8', key: '13' },
  slide: { name: 'Slide', uid: 'FxPlug:6AAB0D54-FCD8-4EBD-A62D-D352A5ED1648', key: '4' },
};
const CROSSFADE = { name: 'Audio Crossfade', uid: 'FFAudioTransition' } as const;
const DIRECTIONS: Readonly<Record<TransitionDirection, number>> = { left: 0, up: 1, right: 2, down: 3 };

/** The transition over a cut; `start` is the storyline's time at record frame 0. */
function transitionNode(
  writer: SequenceWriter,
  track: number,
  frame: number,
  start: Seconds,
  lane = 0,
): XmlNode | undefined {
  const pair = transitionsAt(writer, track, lane, frame);
  const meant = pair?.picture ?? pair?.sound;
  if (pair === undefined || meant === undefined) return undefined;
  const { rate } = writer.cut.timeline;
  const name = pair.picture === undefined ? CROSSFADE.name : EFFECTS[pair.picture.transition.kind].name;
  return node(
    'transition',
    {
      name,
      offset: timeText(addSeconds(start, secondsOfFrame(frame - meant.inOffset, rate))),
      duration: timeText(secondsOfFrame(meant.inOffset + meant.outOffset, rate)),
    },
    [
      pair.picture === undefined ? undefined : videoTransition(writer, pair.picture),
      pair.sound === undefined
        ? undefined
        : node('filter-audio', { ref: effectId(writer.document, CROSSFADE.name, CROSSFADE.uid), name: CROSSFADE.name }),
    ],
  );
}

function videoTransition(writer: SequenceWriter, { transition, from, to }: CutTransition<VideoClip>): XmlNode {
  const { name, uid, key } = EFFECTS[transition.kind];
  const { profile, losses } = writer.cut;
  const item = to ?? from;
  if (transition.kind !== 'dissolve' && profile.id.startsWith('resolve') && item !== undefined) {
    losses.push(
      loss('transition', 'cut', item.clip.name, item.place, `Resolve shows a dissolve instead of the ${name}`),
    );
  }
  const direction = DIRECTIONS[transition.direction ?? 'right'];
  return node('filter-video', { ref: effectId(writer.document, name, uid), name }, [
    key === undefined ? undefined : node('param', { name: 'Direction', key, value: direction }),
  ]);
}
