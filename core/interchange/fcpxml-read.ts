import type { Rate } from '../time/rate.ts';
import { framesInSeconds, secondsOfFrame, ZERO_SECONDS } from '../time/seconds.ts';
import { resourcesIn } from './fcpxml-read-resources.ts';
import { walkSpine } from './fcpxml-read-story.ts';
import { placeEntries } from './fcpxml-read-tracks.ts';
import {
  timeAttribute,
  type FcpAsset,
  type FcpFormat,
  type FcpResources,
  type StoryReader,
} from './fcpxml-read-types.ts';
import type { ImportedTimeline } from './handoff.ts';
import { collectLosses, refuse } from './imported.ts';
import { child, readXml, type XmlElement } from './xml-read.ts';

/**
 * Reads FCPXML 1.5 to 1.14: the first project of the file. Compound clips are nested timelines; multicam and synchronised
 * clips are laid open; what has no place here is listed as a loss.
 *
 * @throws MontageError E_INTERCHANGE_XML, E_INTERCHANGE_HOSTILE, E_INTERCHANGE_FCPXML with the line
 */
export function readFcpxml(text: string): ImportedTimeline {
  const root = readXml(text);
  try {
    return readDocument(root);
  } catch (error) {
    // Sums of times that are each in bounds can leave what is exact.
    if (error instanceof RangeError) {
      throw refuse('E_INTERCHANGE_FCPXML', 'its times lie too far apart', `line ${root.line}`);
    }
    throw error;
  }
}

function readDocument(root: XmlElement): ImportedTimeline {
  if (root.name !== 'fcpxml')
    throw refuse('E_INTERCHANGE_FCPXML', `it is ${root.name}, not fcpxml`, `line ${root.line}`);
  const projects = projectsOf(root);
  const [project] = projects;
  const sequence = child(project, 'sequence');
  if (project === undefined || sequence === undefined) {
    throw refuse(
      'E_INTERCHANGE_FCPXML',
      'it holds clips or events but no project',
      `line ${root.line}`,
      'export a project from Final Cut Pro',
    );
  }
  const general = collectLosses({ rate: { num: 25, den: 1 }, dropFrame: false }, 0);
  const resources = resourcesIn(child(root, 'resources'), general);
  const file = openFile(resources);
  const timeline = readSequence(file, sequence, project.attributes.get('name') ?? '');
  for (const other of projects.slice(1)) {
    const name = other.attributes.get('name') ?? '';
    general.add('nested', 'cut', name, { line: other.line }, 'a further project is left out');
  }
  const losses = [...general.list, ...timeline.losses, ...file.nested.flatMap((item) => item.timeline.losses)];
  const nested = file.nested.map(({ key, timeline: inner }) => ({ key, timeline: { ...inner, losses: [] } }));
  return { ...timeline, ...(nested.length === 0 ? {} : { nested }), losses };
}

function projectsOf(root: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = [];
  const queue: XmlElement[] = [root];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const item of next.children) {
      if (item.name === 'project') found.push(item);
      else if (item.name === 'library' || item.name === 'event') queue.push(item);
    }
  }
  return found;
}

/** What all sequences of a file share. */
type FcpFile = {
  readonly resources: FcpResources;
  readonly nested: { readonly key: string; readonly timeline: ImportedTimeline }[];
  readonly known: Map<string, FcpAsset | undefined>;
  /** Compound clips that are being read: meeting one of them again is a cycle. */
  readonly open: Set<string>;
  readonly spend: (line: number) => void;
  readonly link: () => string;
};

/** Elements that are laid open at most, once per use of their multicam clip. */
const MOST_LAID_OPEN = 100_000;
const DEEPEST_NESTING = 32;

function openFile(resources: FcpResources): FcpFile {
  let spent = 0;
  let links = 0;
  return {
    resources,
    nested: [],
    known: new Map(),
    open: new Set(),
    spend: (line) => {
      spent += 1;
      if (spent <= MOST_LAID_OPEN) return;
      throw refuse(
        'E_INTERCHANGE_HOSTILE',
        `its multicam clips hold more than ${MOST_LAID_OPEN} elements`,
        `line ${line}`,
      );
    },
    link: () => `link-${(links += 1)}`,
  };
}

/** Size where a format gives none. */
const DEFAULT_FRAME = { width: 1920, height: 1080 };

function readSequence(file: FcpFile, sequence: XmlElement, name: string): ImportedTimeline {
  const format = file.resources.formats.get(sequence.attributes.get('format') ?? '');
  const rate = format?.rate;
  if (rate === undefined)
    throw refuse('E_INTERCHANGE_FCPXML', 'the sequence has no frame duration', `line ${sequence.line}`);
  const tcStart = timeAttribute(sequence, 'tcStart') ?? ZERO_SECONDS;
  const startFrame = framesInSeconds(tcStart, rate, 'nearest');
  const dropFrame = sequence.attributes.get('tcFormat') === 'DF' && canDrop(rate);
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  listSequenceLosses(losses, sequence, name, format);
  const { width, height } = format ?? {};
  const frame = width === undefined || height === undefined ? DEFAULT_FRAME : { width, height };
  const reader: StoryReader = {
    rate,
    frame,
    resources: file.resources,
    losses,
    entries: [],
    markers: [],
    nested: (ref, line) => nestedOf(file, ref, line),
    spend: file.spend,
    open: [],
    link: file.link,
  };
  const spine = child(sequence, 'spine');
  if (spine !== undefined) walkSpine(reader, spine.children, { record: ZERO_SECONDS, local: tcStart }, 0, true);
  return {
    name,
    rate,
    startFrame,
    dropFrame,
    width,
    height,
    tracks: placeEntries(reader.entries),
    markers: reader.markers.toSorted((a, b) => a.at - b.at),
    ...(format?.colourSpace === undefined ? {} : { colourSpace: format.colourSpace }),
    losses: losses.list,
  };
}

function canDrop(rate: Rate): boolean {
  return rate.den === 1001 && rate.num % 30_000 === 0;
}

function listSequenceLosses(
  losses: ReturnType<typeof collectLosses>,
  sequence: XmlElement,
  name: string,
  format: FcpFormat | undefined,
): void {
  const where = { line: sequence.line };
  if (sequence.attributes.get('tcFormat') === 'DF' && format?.rate !== undefined && !canDrop(format.rate)) {
    losses.add('start-timecode', 'detail', name, where, 'its rate has no drop-frame timecode, so none is dropped');
  }
  if (child(sequence, 'note') !== undefined)
    losses.add('note', 'detail', name, where, 'the note of a project is left out');
  if (sequence.attributes.get('audioLayout') === 'surround') {
    losses.add('channels', 'detail', name, where, 'its surround mix becomes stereo');
  }
}

/** A compound clip as a nested timeline, read on first use; undefined where the file does not hold it. */
function nestedOf(file: FcpFile, ref: string, line: number): FcpAsset | undefined {
  if (file.known.has(ref)) return file.known.get(ref);
  const media = file.resources.media.get(ref);
  const sequence = child(media, 'sequence');
  if (media === undefined || sequence === undefined) return undefined;
  if (file.open.has(ref)) {
    const message = `the compound clip ${media.attributes.get('name') ?? ref} contains itself`;
    throw refuse('E_INTERCHANGE_FCPXML', message, `line ${line}`);
  }
  if (file.open.size >= DEEPEST_NESTING) {
    throw refuse('E_INTERCHANGE_FCPXML', `compound clips lie more than ${DEEPEST_NESTING} deep`, `line ${line}`);
  }
  file.open.add(ref);
  const timeline = readSequence(file, sequence, media.attributes.get('name') ?? '');
  file.open.delete(ref);
  file.nested.push({ key: ref, timeline });
  const asset: FcpAsset = {
    name: timeline.name,
    url: '',
    start: secondsOfFrame(timeline.startFrame, timeline.rate),
    hasVideo: true,
    hasAudio: timeline.tracks.some((track) => track.kind === 'audio' && track.clips.length > 0),
    rate: timeline.rate,
    format: file.resources.formats.get(sequence.attributes.get('format') ?? ''),
    declared: { duration: timeAttribute(sequence, 'duration') },
    key: ref,
  };
  file.known.set(ref, asset);
  return asset;
}
