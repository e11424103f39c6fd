import type { MarkerColour } from '../timeline/timeline.ts';
import { numberText, wholeText } from './fcp7-values.ts';
import type { ImportedMarker } from './handoff.ts';
import { child, childText, childrenNamed, type XmlElement } from './xml-read.ts';

/** Markers of a clip or sequence; `toRecord` places their frames. */
export function readMarkers(element: XmlElement, toRecord: (frame: number) => number): readonly ImportedMarker[] {
  return childrenNamed(element, 'marker')
    .map((marker): ImportedMarker => {
      const from = wholeText(marker, 'in') ?? 0;
      const to = wholeText(marker, 'out') ?? -1;
      const at = toRecord(from);
      return {
        at,
        duration: to > from ? Math.max(0, toRecord(to) - at) : 0,
        name: childText(marker, 'name') ?? '',
        note: childText(marker, 'comment') ?? '',
        colour: colourOf(marker),
      };
    })
    .toSorted((a, b) => a.at - b.at);
}

type Rgb = readonly [number, number, number];

/** Premiere's and Final Cut's palettes in one: where each colour lies. */
const PALETTE: readonly (readonly [MarkerColour, Rgb])[] = [
  ['red', [210, 44, 54]],
  ['orange', [233, 111, 36]],
  ['yellow', [208, 161, 43]],
  ['green', [113, 134, 55]],
  ['cyan', [25, 244, 214]],
  ['blue', [66, 141, 252]],
  ['purple', [175, 139, 177]],
  ['pink', [255, 105, 180]],
  ['red', [255, 0, 0]],
  ['orange', [255, 128, 0]],
  ['yellow', [255, 255, 0]],
  ['green', [0, 255, 0]],
  ['cyan', [0, 255, 255]],
  ['blue', [0, 0, 255]],
  ['purple', [128, 0, 255]],
  ['pink', [255, 0, 255]],
];

/** Premiere's number is 0xAABBGGRR; Final Cut 7 has parts from 0 to 255 (or 65535). Blue where neither says. */
function colourOf(marker: XmlElement): MarkerColour {
  const packed = numberText(marker, 'pproColor');
  if (packed !== undefined && packed >= 0 && packed <= 0xffff_ffff) {
    const whole = Math.floor(packed);
    return nearest([whole & 0xff, (whole >>> 8) & 0xff, (whole >>> 16) & 0xff]);
  }
  const colour = child(marker, 'color');
  const parts = ['red', 'green', 'blue'].map((name) => numberText(colour, name));
  const [red, green, blue] = parts;
  if (red === undefined || green === undefined || blue === undefined) return 'blue';
  const scale = Math.max(red, green, blue) > 255 ? 257 : 1;
  return nearest([red / scale, green / scale, blue / scale]);
}

function nearest(rgb: Rgb): MarkerColour {
  const distance = (other: Rgb) => other.reduce((sum, value, index) => sum + (value - (rgb[index] ?? 0)) ** 2, 0);
  return PALETTE.reduce((best, one) => (distance(one[1]) < distance(best[1]) ? one : best))[0];
}
