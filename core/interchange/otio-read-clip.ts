import { toNumber } from '../time/rational.ts';
import type { Metadata } from '../timeline/timeline.ts';
import type { ImportedClip, ImportedTransition, LossPlace } from './handoff.ts';
import { importedClip } from './imported.ts';
import { isObject, objectAt, schemaOf, textAt, without, type JsonObject } from './otio-json.ts';
import { readEffects, type ReadEffects } from './otio-read-effects.ts';
import { readMarkers, type OtioReader } from './otio-reader.ts';
import { generatedOf, mediaOf } from './otio-read-media.ts';
import { foreignMetadata, readOwnClip, type OwnClip, type OwnTransition } from './otio-read-own.ts';
import { activeReference, rangeOf, rateIn } from './otio-time.ts';
import {
  addSeconds,
  secondsOfFlicks,
  secondsOfFrame,
  subtractSeconds,
  ZERO_SECONDS,
  type Seconds,
} from '../time/seconds.ts';

/** Where an item lies on its track: frames of the composition, and its label there. */
export type Placed = {
  readonly kind: 'video' | 'audio';
  readonly recordIn: number;
  readonly duration: number;
  readonly place: LossPlace;
};

/** What stands at the ends of an item in the file. */
export type Neighbours = {
  readonly head: ImportedTransition | undefined;
  readonly tail: ImportedTransition | undefined;
};

/** Reads a Clip.1 or Clip.2; undefined for generators that only their own program has, which are listed. */
export function readClip(reader: OtioReader, item: JsonObject, at: Placed): ImportedClip | undefined {
  const reference = activeReference(item);
  const available = rangeOf(reference?.['available_range']);
  const from = rangeOf(item['source_range'])?.start ?? available?.start ?? ZERO_SECONDS;
  const name = textAt(item, 'name');
  const generated = generatedOf(reference, name);
  if (generated?.kind === 'foreign') {
    const message = `a generator (${generated.name}) has no media and leaves a hole`;
    reader.losses.add('generator', 'cut', name || generated.name, at.place, message);
    return undefined;
  }
  const title = generated && { content: { kind: generated.kind }, effects: { title: generated.title } };
  const isPicture = at.kind === 'video' && generated === undefined;
  return finished(reader, item, at, from, {
    ...title,
    media: { ...mediaOf(reference, name), ...(available === undefined ? {} : { declared: available }) },
    sourceIn: available === undefined || generated !== undefined ? from : subtractSeconds(from, available.start),
    sourceOrigin: available === undefined && generated === undefined ? 'timecode' : 'first-frame',
    sourceRate: isPicture ? rateIn(reference?.['available_range']) : undefined,
  });
}

/** What a nested composition, or a clip's media, says of where its source starts. */
type SourceFields = Pick<ImportedClip, 'media' | 'sourceIn' | 'sourceOrigin' | 'sourceRate'> &
  Partial<Pick<ImportedClip, 'content' | 'effects'>>;

/** Builds a clip of what the file, other programs' effects and our own metadata say. */
export function finished(
  reader: OtioReader,
  item: JsonObject,
  at: Placed,
  from: Seconds,
  source: SourceFields,
): ImportedClip {
  const name = textAt(item, 'name');
  const { losses, rate } = reader;
  const own = readOwnClip(item, { losses, what: name, where: at.place });
  const frame = reader.frame;
  const effects = readEffects({ item, losses, what: name, place: at.place, rate, from, frame });
  const { speed, sourceIn } = played(reader, at, effects, own, source);
  const { parts } = effects;
  const isVideo = at.kind === 'video';
  const picture = { ...source.effects, ...parts.effects, ...own.effects };
  const keyframes = { ...parts.keyframes, ...(isVideo ? own.pictureKeyframes : own.soundKeyframes) };
  const markers = readMarkers(reader, item, at.place, (time) => subtractSeconds(time, from));
  const pan = own.pan ?? parts.pan;
  const metadata = keptMetadata(item, effects);
  return importedClip({
    ...source,
    name: own.name ?? name,
    recordIn: at.recordIn,
    duration: at.duration,
    sourceIn,
    speed,
    enabled: item['enabled'] !== false,
    note: own.note ?? '',
    linkGroup: linkOf(item),
    opacity: isVideo ? (own.opacity ?? parts.opacity ?? 1) : 1,
    gainDb: own.gainDb ?? parts.gainDb ?? 0,
    stream: own.stream,
    channels: own.channels ?? [],
    fadeIn: own.fadeIn === undefined ? ZERO_SECONDS : secondsOfFlicks(own.fadeIn),
    fadeOut: own.fadeOut === undefined ? ZERO_SECONDS : secondsOfFlicks(own.fadeOut),
    ...(Object.keys(picture).length === 0 ? {} : { effects: picture }),
    ...(Object.keys(keyframes).length === 0 ? {} : { keyframes }),
    ...(pan === undefined ? {} : { pan }),
    ...(markers.length === 0 ? {} : { markers }),
    ...(metadata === undefined ? {} : { metadata }),
  });
}

/** The exact speed, and for backwards pictures the end of the frame that the file names as the first shown. */
function played(reader: OtioReader, at: Placed, { speed: read }: ReadEffects, own: OwnClip, source: SourceFields) {
  const isSame = own.speed !== undefined && Math.abs(toNumber(own.speed) - toNumber(read)) < 1e-9;
  const speed = isSame ? own.speed : read;
  if (speed.num >= 0 || at.kind === 'audio') return { speed, sourceIn: source.sourceIn };
  const frame = secondsOfFrame(1, source.sourceRate ?? reader.rate);
  return { speed, sourceIn: addSeconds(source.sourceIn, frame) };
}

/** The transitions at a clip's ends: as asked for where Montage wrote that and nobody changed the file's own. */
export function withTransitions(
  reader: OtioReader,
  clip: ImportedClip,
  item: JsonObject,
  place: LossPlace,
  ends: Neighbours,
): ImportedClip {
  const own = readOwnClip(item, { losses: { ...reader.losses, add: () => undefined }, what: clip.name, where: place });
  const head = asAsked(own.head, ends.head);
  const tail = asAsked(own.tail, ends.tail);
  return { ...clip, ...(head === undefined ? {} : { head }), ...(tail === undefined ? {} : { tail }) };
}

function asAsked(own: OwnTransition | undefined, read: ImportedTransition | undefined): ImportedTransition | undefined {
  const [inOffset, outOffset] = own?.played ?? [0, 0];
  const isAsPlayed = inOffset === (read?.inOffset ?? 0) && outOffset === (read?.outOffset ?? 0);
  if (own === undefined || !isAsPlayed) return read;
  return {
    kind: own.kind,
    inOffset: own.inOffset,
    outOffset: own.outOffset,
    ...(own.direction === undefined ? {} : { direction: own.direction }),
  };
}

function linkOf(item: JsonObject): string | null {
  const metadata = objectAt(item, 'metadata');
  for (const [program, key] of [
    ['Resolve_OTIO', 'Link Group ID'],
    ['PremierePro_OTIO', 'LinkID'],
  ] as const) {
    const link = objectAt(metadata, program)?.[key];
    if (typeof link === 'number' || (typeof link === 'string' && link !== '')) return `${program} ${link}`;
  }
  return null;
}

/**
 * What other programs wrote beside a clip, for writing it back: their metadata, and under `otio` the effects that are
 * not played, the media references that are not in use, and what the one in use holds beyond its file.
 */
function keptMetadata(item: JsonObject, effects: ReadEffects): Metadata | undefined {
  const reference = activeReference(item);
  const isPlain = ['', 'ExternalReference', 'MissingReference'].includes(schemaOf(reference));
  const referenceMetadata = foreignMetadata(reference);
  const otio = {
    ...(effects.kept.length === 0 ? {} : { effects: effects.kept }),
    ...(isPlain || schemaOf(reference) === 'GeneratorReference'
      ? {}
      : { reference, referencePath: mediaOf(reference, '').path }),
    ...(referenceMetadata === undefined ? {} : { referenceMetadata }),
    ...otherReferences(item),
    ...(isObject(item['color']) ? { color: item['color'] } : {}),
  };
  const metadata = { ...foreignMetadata(item), ...(Object.keys(otio).length === 0 ? {} : { otio }) };
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

function otherReferences(item: JsonObject): { readonly references?: JsonObject } {
  const all = objectAt(item, 'media_references');
  const active = textAt(item, 'active_media_reference_key');
  const key = objectAt(all, active) === undefined ? 'DEFAULT_MEDIA' : active;
  const others = without(all, [key]);
  return others === undefined ? {} : { references: others };
}
