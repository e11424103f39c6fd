import type { MarkerColour } from '../timeline/timeline.ts';
import type { Rate } from '../time/rate.ts';
import type { ImportedMarker, ImportedTimeline, LossPlace } from './handoff.ts';
import type { Losses } from './imported.ts';
import { listAt, numberAt, objectAt, schemaOf, textAt, type JsonObject } from './otio-json.ts';
import { foreignMetadata } from './otio-read-own.ts';
import { rangeOf } from './otio-time.ts';
import { framesInSeconds, type Seconds } from '../time/seconds.ts';

/** What the readers of one composition share. */
export type OtioReader = {
  readonly rate: Rate;
  readonly frame: { readonly width: number; readonly height: number } | undefined;
  readonly losses: Losses;
  /** Of the composition itself, its tracks and gaps; clips keep their own. */
  readonly markers: ImportedMarker[];
  /** Compositions around this one. */
  readonly depth: number;
  readonly nested: NestedPool;
  /** Reads a nested composition and gives the key under which the file's timeline holds it. */
  readonly nest: (reader: OtioReader, composition: JsonObject, kind: 'video' | 'audio') => NestedComposition;
};

/** A nested timeline by its key. */
export type NestedComposition = { readonly key: string; readonly timeline: ImportedTimeline };

/** The nested timelines of a file; equal ones are one. */
export type NestedPool = {
  readonly keys: Map<string, string>;
  readonly list: NestedComposition[];
};

/** Reads markers; `fromStart` turns a marker's time into one from the start of the composition or clip. */
export function readMarkers(
  reader: OtioReader,
  item: JsonObject,
  place: LossPlace,
  fromStart: (time: Seconds) => Seconds,
): readonly ImportedMarker[] {
  return listAt(item, 'markers').flatMap((marker): ImportedMarker[] => {
    const name = textAt(marker, 'name');
    const range = rangeOf(marker['marked_range']);
    if (range === undefined) {
      reader.losses.add('marker', 'detail', name, place, 'a marker without a usable time is left out');
      return [];
    }
    const resolve = objectAt(objectAt(marker, 'metadata'), 'Resolve_OTIO');
    if (Object.keys(foreignMetadata(marker) ?? {}).some((program) => program !== 'Resolve_OTIO')) {
      reader.losses.add('metadata', 'detail', name, place, 'what another program wrote beside the marker is left out');
    }
    return [
      {
        at: framesInSeconds(fromStart(range.start), reader.rate, 'nearest'),
        duration: Math.max(0, framesInSeconds(range.duration, reader.rate, 'nearest')),
        name,
        note: textAt(marker, 'comment') || textAt(resolve, 'Note'),
        colour: colourOf(reader, marker, name, place),
      },
    ];
  });
}

const COLOURS: ReadonlyMap<string, MarkerColour> = new Map<string, MarkerColour>([
  ['RED', 'red'],
  ['ORANGE', 'orange'],
  ['YELLOW', 'yellow'],
  ['GREEN', 'green'],
  ['CYAN', 'cyan'],
  ['BLUE', 'blue'],
  ['PURPLE', 'purple'],
  ['PINK', 'pink'],
  ['MAGENTA', 'pink'],
]);

/** Red, green and blue from 0 to 1 of each colour. */
const SHADES: readonly (readonly [MarkerColour, number, number, number])[] = [
  ['red', 1, 0, 0],
  ['orange', 1, 0.5, 0],
  ['yellow', 1, 1, 0],
  ['green', 0, 1, 0],
  ['cyan', 0, 1, 1],
  ['blue', 0, 0, 1],
  ['purple', 0.5, 0, 0.5],
  ['pink', 1, 0, 1],
];

/** A marker colour by name, in any case; blue for names that are none of ours. */
export function markerColour(name: string): MarkerColour {
  return COLOURS.get(name.trim().toUpperCase()) ?? 'blue';
}

/** Marker.2 names its colour; Marker.3 holds a Color.1 with a name or red, green and blue. */
function colourOf(reader: OtioReader, marker: JsonObject, what: string, place: LossPlace): MarkerColour {
  const colour = objectAt(marker, 'color');
  const name = (colour === undefined ? textAt(marker, 'color') : textAt(colour, 'name')).trim().toUpperCase();
  const known = COLOURS.get(name);
  if (known !== undefined || (name === '' && colour === undefined)) return known ?? 'blue';
  const nearest = schemaOf(colour) === 'Color' && name === '' ? nearestShade(colour) : 'blue';
  const message = `its colour ${name === '' ? 'by red, green and blue' : name} becomes ${nearest}`;
  reader.losses.add('marker', 'detail', what, place, message);
  return nearest;
}

function nearestShade(colour: JsonObject | undefined): MarkerColour {
  const [r, g, b] = [numberAt(colour, 'r') ?? 0, numberAt(colour, 'g') ?? 0, numberAt(colour, 'b') ?? 0];
  const distance = ([, red, green, blue]: (typeof SHADES)[number]) =>
    (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2;
  return SHADES.reduce((best, shade) => (distance(shade) < distance(best) ? shade : best))[0];
}
