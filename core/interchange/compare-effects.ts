import { flicks } from '../time/flicks.ts';
import { timeOfFrame, type Rate } from '../time/rate.ts';
import { valueAt, type Curve, type PictureKeyframes, type SoundKeyframes } from '../timeline/keyframes.ts';
import { NO_CROP, NO_TRANSFORM, type TitleStyle } from '../timeline/picture.ts';
import type { Metadata } from '../timeline/timeline.ts';
import type { AddDifference } from './cut-difference.ts';
import type { ImportedClip } from './handoff.ts';

/** Fractions of a frame, of a size, and degrees that nobody sees apart. */
const SAME_FRACTION = 1e-4;
const SAME_DEGREES = 1e-2;
const SAME_GAIN_DB = 0.01;

type Parameter = keyof (PictureKeyframes & SoundKeyframes);

/** Differences in what a clip's picture is given besides its source, as it stands without keyframes. */
export function compareEffects(a: ImportedClip, b: ImportedClip, add: AddDifference): void {
  const [ours, theirs] = [a.effects ?? {}, b.effects ?? {}];
  const keyed = (parameter: Parameter) => a.keyframes?.[parameter] !== undefined;
  if (!keyed('opacity') && Math.abs(a.opacity - b.opacity) > SAME_FRACTION)
    add('opacity', `${a.name} has an opacity of ${b.opacity}, not ${a.opacity}`);
  for (const parameter of TRANSFORM) {
    const [from, to] = [(ours.transform ?? NO_TRANSFORM)[parameter], (theirs.transform ?? NO_TRANSFORM)[parameter]];
    if (!keyed(parameter) && !isSameValue(parameter, from, to))
      add('transform', `${parameter} of ${a.name} is ${to}, not ${from}`);
  }
  for (const [parameter, edge] of CROP) {
    const [from, to] = [(ours.crop ?? NO_CROP)[edge], (theirs.crop ?? NO_CROP)[edge]];
    if (!keyed(parameter) && !isSameValue(parameter, from, to))
      add('crop', `${a.name} is cropped by ${to} at its ${edge}, not ${from}`);
  }
  const plain = [
    ['fit', ours.fit ?? 'fit', theirs.fit ?? 'fit'],
    ['blend', ours.blend ?? 'normal', theirs.blend ?? 'normal'],
    ['stabilise', String(ours.stabilise ?? false), String(theirs.stabilise ?? false)],
    ['retiming', isRetimed(a) ? (ours.retiming ?? 'nearest') : '', isRetimed(a) ? (theirs.retiming ?? 'nearest') : ''],
    ['lut', JSON.stringify(ours.lut ?? null), JSON.stringify(theirs.lut ?? null)],
  ] as const;
  for (const [kind, from, to] of plain) if (from !== to) add(kind, `${kind} of ${a.name} is ${to}, not ${from}`);
  compareTitles(a, b, add);
}

function isRetimed({ speed }: ImportedClip): boolean {
  return speed.num !== 0 && Math.abs(speed.num) !== speed.den;
}

const TRANSFORM = [
  'positionX',
  'positionY',
  'scaleX',
  'scaleY',
  'rotationDegrees',
  'anchorX',
  'anchorY',
] as const satisfies readonly Parameter[];
const CROP = [
  ['cropLeft', 'left'],
  ['cropTop', 'top'],
  ['cropRight', 'right'],
  ['cropBottom', 'bottom'],
] as const;

function compareTitles(a: ImportedClip, b: ImportedClip, add: AddDifference): void {
  const [ours, theirs] = [a.effects?.title, b.effects?.title];
  if (ours === undefined || theirs === undefined) return;
  if (ours.text !== theirs.text) add('title', `the title ${a.name} reads '${theirs.text}', not '${ours.text}'`);
  const changed = styleParts(ours.style).filter(([part, value]) => {
    const other = new Map(styleParts(theirs.style)).get(part);
    return typeof value === 'number' && typeof other === 'number'
      ? Math.abs(value - other) > SAME_FRACTION
      : value !== other;
  });
  if (changed.length > 0) {
    const parts = changed.map(([part]) => part).join(', ');
    add('title', `the style of the title ${a.name} changed in ${parts}`);
  }
}

function styleParts(style: TitleStyle): readonly (readonly [string, string | number | boolean | undefined])[] {
  return [
    ['font', style.font],
    ['size', style.size],
    ['bold', style.bold],
    ['italic', style.italic],
    ['colour', style.colour.toLowerCase()],
    ['background', style.background?.toLowerCase()],
    ['outline', style.outline?.colour.toLowerCase()],
    ['outline width', style.outline?.width],
    ['align', style.align],
    ['x', style.x],
    ['y', style.y],
  ];
}

function isSameValue(parameter: Parameter, a: number, b: number): boolean {
  if (parameter === 'rotationDegrees') return Math.abs(a - b) <= SAME_DEGREES;
  return Math.abs(a - b) <= (parameter === 'gainDb' ? SAME_GAIN_DB : SAME_FRACTION);
}

/**
 * Differences between curves as they play: at every keyframe inside the clip ('keyframes'), and half way to the next
 * ('curve'). Keyframes outside the clip are not played and not compared.
 */
export function compareCurves(rate: Rate, a: ImportedClip, b: ImportedClip, add: AddDifference): void {
  for (const parameter of PARAMETERS) {
    const [ours, theirs] = [a.keyframes?.[parameter], b.keyframes?.[parameter]];
    if (ours === undefined && theirs === undefined) continue;
    const [from, to] = [constantOf(a, parameter), constantOf(b, parameter)];
    const length = timeOfFrame(a.duration, rate);
    const times = [...(ours ?? []), ...(theirs ?? [])]
      .map(({ at }) => Math.min(Math.max(at, 0), length))
      .toSorted((x, y) => x - y);
    const differs = (time: number) => {
      const at = flicks(Math.round(time));
      return !isSameValue(parameter, valueAt(ours, at, from), valueAt(theirs, at, to));
    };
    const between = times.slice(1).map((time, index) => (time + (times[index] ?? time)) / 2);
    if (times.some(differs)) add('keyframes', keyframeMessage(rate, a, parameter, ours, theirs));
    else if (between.some(differs)) add('curve', `${parameter} of ${a.name} goes on differently between its keyframes`);
  }
}

function keyframeMessage(
  rate: Rate,
  clip: ImportedClip,
  parameter: Parameter,
  ours: Curve | undefined,
  theirs: Curve | undefined,
): string {
  const what = `${parameter} of ${clip.name}`;
  if (theirs === undefined) return `the keyframes for ${what} are lost`;
  if (ours === undefined) return `there were no keyframes for ${what}`;
  const shifted = ours.find(({ at }, index) => at !== theirs[index]?.at);
  const other = shifted === undefined ? undefined : theirs[ours.indexOf(shifted)];
  if (ours.length !== theirs.length) return `${ours.length} keyframes for ${what} became ${theirs.length}`;
  if (shifted === undefined || other === undefined) return `the keyframes for ${what} have other values`;
  const frames = ((other.at - shifted.at) / timeOfFrame(1, rate)).toFixed(2).replace(/\.?0+$/, '');
  return `a keyframe for ${what} lies ${frames} frames later`;
}

const PARAMETERS: readonly Parameter[] = [
  ...TRANSFORM,
  ...CROP.map(([parameter]) => parameter),
  'opacity',
  'gainDb',
  'pan',
];

function constantOf(clip: ImportedClip, parameter: Parameter): number {
  if (parameter === 'opacity') return clip.opacity;
  if (parameter === 'gainDb') return clip.gainDb;
  if (parameter === 'pan') return clip.pan ?? 0;
  const edge = CROP.find(([name]) => name === parameter)?.[1];
  if (edge !== undefined) return (clip.effects?.crop ?? NO_CROP)[edge];
  const part = TRANSFORM.find((name) => name === parameter);
  return part === undefined ? 0 : (clip.effects?.transform ?? NO_TRANSFORM)[part];
}

/** Whether all that other programs wrote is still there, word for word; what was added beside it is no difference. */
export function keepsMetadata(meant: Metadata | undefined, read: Metadata | undefined): boolean {
  return Object.entries(meant ?? {}).every(([key, value]) => sortedJson(value) === sortedJson(read?.[key]));
}

function sortedJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([x], [y]) => (x < y ? -1 : 1)))
      : item,
  );
}
