import { frameOfTime, type Rate } from '../time/rate.ts';
import type { Marker, MarkerColour } from '../timeline/timeline.ts';
import { leaf, node, type XmlNode } from './xml-write.ts';

type Rgb = readonly [number, number, number];

/** Premiere's own palette; it has no pink. */
const COLOURS: Readonly<Record<MarkerColour, Rgb>> = {
  red: [210, 44, 54],
  orange: [233, 111, 36],
  yellow: [208, 161, 43],
  green: [113, 134, 55],
  cyan: [25, 244, 214],
  blue: [66, 141, 252],
  purple: [175, 139, 177],
  pink: [255, 105, 180],
};

/** A marker whose frames count from `origin`; Premiere reads the packed colour 0xAABBGGRR, Final Cut 7 its parts. */
export function markerNode(marker: Marker, rate: Rate, origin: number): XmlNode {
  const from = origin + frameOfTime(marker.at, rate, 'nearest');
  const [red, green, blue] = COLOURS[marker.colour];
  return node('marker', {}, [
    leaf('comment', marker.note),
    leaf('name', marker.name),
    leaf('in', from),
    leaf('out', marker.duration === 0 ? -1 : from + frameOfTime(marker.duration, rate, 'nearest')),
    leaf('pproColor', ((0xff << 24) >>> 0) + blue * 65_536 + green * 256 + red),
    node('color', {}, [leaf('alpha', 0), leaf('red', red), leaf('green', green), leaf('blue', blue)]),
  ]);
}
