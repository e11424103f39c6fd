import type { Rate } from '../time/rate.ts';
import { rational } from '../time/rational.ts';
import type { ImportedMarker, ImportedTimeline } from './handoff.ts';
import { collectLosses, rateOfNumber, refuse } from './imported.ts';
import { timeAttribute, type FcpAsset, type FcpFormat, type FcpResources } from './fcpxml-time.ts';
import { placeEntries, walkSpine, type Entry, type StoryReader } from './fcpxml-story.ts';
import { nameOfMediaUrl } from './media-path.ts';
import { framesInSeconds, ZERO_SECONDS } from '../time/seconds.ts';
import { child, childrenNamed, readXml, type XmlElement } from './xml-read.ts';

/**
 * Reads FCPXML 1.5 to 1.14: the first project of the file. Compound, multicam and synchronised clips, titles,
 * generators, transitions and effects are listed as losses.
 *
 * @throws MontageError E_INTERCHANGE_XML, E_INTERCHANGE_HOSTILE, E_INTERCHANGE_FCPXML with the line
 */
export function readFcpxml(text: string): ImportedTimeline {
  const root = readXml(text);
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
  const resources = resourcesIn(child(root, 'resources'));
  const format = resources.formats.get(sequence.attributes.get('format') ?? '');
  const rate = format?.rate;
  if (rate === undefined)
    throw refuse('E_INTERCHANGE_FCPXML', 'the sequence has no frame duration', `line ${sequence.line}`);
  const tcStart = timeAttribute(sequence, 'tcStart') ?? ZERO_SECONDS;
  const startFrame = framesInSeconds(tcStart, rate, 'nearest');
  const dropFrame = sequence.attributes.get('tcFormat') === 'DF';
  const losses = collectLosses({ rate, dropFrame }, startFrame);
  for (const other of projects.slice(1)) {
    losses.add(
      'nested',
      'cut',
      other.attributes.get('name') ?? '',
      { line: other.line },
      'a further project is left out',
    );
  }
  const entries: Entry[] = [];
  const markers: ImportedMarker[] = [];
  const reader: StoryReader = { rate, resources, losses, entries, markers };
  const spine = child(sequence, 'spine');
  if (spine !== undefined) walkSpine(reader, spine, { record: ZERO_SECONDS, local: tcStart }, 0);
  return {
    name: project.attributes.get('name') ?? '',
    rate,
    startFrame,
    dropFrame,
    width: format?.width,
    height: format?.height,
    tracks: placeEntries(reader),
    markers: markers.toSorted((a, b) => a.at - b.at),
    losses: losses.list,
  };
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

function resourcesIn(element: XmlElement | undefined): FcpResources {
  const formats = new Map<string, FcpFormat>();
  for (const format of childrenNamed(element, 'format')) {
    const size = (name: string) => {
      const value = Number(format.attributes.get(name) ?? 'NaN');
      return Number.isInteger(value) && value > 0 ? value : undefined;
    };
    formats.set(format.attributes.get('id') ?? '', {
      rate: formatRate(format),
      width: size('width'),
      height: size('height'),
    });
  }
  const assets = new Map<string, FcpAsset>();
  for (const asset of childrenNamed(element, 'asset')) {
    const url = child(asset, 'media-rep')?.attributes.get('src') ?? asset.attributes.get('src') ?? '';
    assets.set(asset.attributes.get('id') ?? '', {
      name: asset.attributes.get('name') ?? nameOfMediaUrl(url),
      url,
      start: timeAttribute(asset, 'start') ?? ZERO_SECONDS,
      hasVideo: asset.attributes.get('hasVideo') === '1',
      hasAudio: asset.attributes.get('hasAudio') === '1',
      rate: formats.get(asset.attributes.get('format') ?? '')?.rate,
    });
  }
  return { formats, assets };
}

function formatRate(format: XmlElement): Rate | undefined {
  const duration = timeAttribute(format, 'frameDuration');
  if (duration !== undefined && duration.num > 0) return rational(duration.den, duration.num);
  const preset = /(?:p|i)(\d{2})(\d{2})?$/.exec(format.attributes.get('name') ?? '');
  return preset === null ? undefined : rateOfNumber(Number(`${preset[1] ?? ''}.${preset[2] ?? '0'}`));
}
