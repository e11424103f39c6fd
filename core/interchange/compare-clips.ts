import { compareRational, equalRational, formatRational, rational } from '../time/rational.ts';
import type { Rate } from '../time/rate.ts';
import { framesInSeconds, subtractSeconds } from '../time/seconds.ts';
import { compareCurves, compareEffects, keepsMetadata } from './compare-effects.ts';
import type { AddDifference } from './cut-difference.ts';
import type { ImportedClip, ImportedMarker, ImportedTransition } from './handoff.ts';

/** Differences of a clip that is where it should be, in every respect but its links and nested timelines. */
export function compareClip(rate: Rate, a: ImportedClip, b: ImportedClip, add: AddDifference): void {
  if (a.duration !== b.duration)
    add('record-out', `${a.name} ends ${b.duration - a.duration} frames later`, b.duration - a.duration);
  compareSource(rate, a, b, add);
  if (a.enabled !== b.enabled) add('enabled', `${a.name} is ${b.enabled ? 'enabled' : 'disabled'}`);
  if (a.name !== b.name) add('clip-name', `${a.name} is called ${b.name}`);
  if (a.note !== b.note) add('note', b.note === '' ? `the note of ${a.name} is lost` : `the note of ${a.name} changed`);
  compareEnds(a, b, add);
  compareSound(a, b, add);
  compareEffects(a, b, add);
  compareCurves(rate, a, b, add);
  compareMarkers(a.markers ?? [], b.markers ?? [], (_, message) => add('clip-marker', `${a.name}: ${message}`));
  if (!keepsMetadata(a.metadata, b.metadata)) add('metadata', `the metadata of ${a.name} changed`);
}

function compareSource(rate: Rate, a: ImportedClip, b: ImportedClip, add: AddDifference): void {
  if (!equalRational(a.sourceIn, b.sourceIn)) {
    const frames = framesInSeconds(subtractSeconds(b.sourceIn, a.sourceIn), a.sourceRate ?? rate, 'nearest');
    const shift = frames === 0 ? 'within a source frame of where it should' : `${frames} source frames later`;
    add('source-in', `${a.name} starts ${shift}`, frames);
  }
  if (!equalRational(a.speed, b.speed)) add('speed', `${a.name} ${speedText(b)}, not ${speedText(a)}`);
  if (a.content?.kind !== b.content?.kind) {
    add(a.content?.kind ?? 'media', `${a.name} is no longer a ${a.content?.kind ?? 'file'}`);
  } else if (a.content === undefined && !isSameMedia(a, b)) {
    add('media', `${a.name} plays ${b.media.path ?? b.media.name}`);
  }
}

function speedText({ speed }: ImportedClip): string {
  if (speed.num === 0) return 'stands still';
  const size = rational(Math.abs(speed.num), speed.den);
  return `plays ${speed.num < 0 ? 'backwards' : 'forwards'} at ${formatRational(size)}`;
}

function isSameMedia(a: ImportedClip, b: ImportedClip): boolean {
  return a.media.path !== undefined && b.media.path !== undefined
    ? a.media.path === b.media.path
    : a.media.name === b.media.name;
}

function compareEnds(a: ImportedClip, b: ImportedClip, add: AddDifference): void {
  for (const [end, name] of [['head', 'in point'] as const, ['tail', 'out point'] as const]) {
    const [ours, theirs] = [a[end], b[end]];
    if (ours === undefined && theirs === undefined) continue;
    const at = `at the ${name} of ${a.name}`;
    if (theirs === undefined) add('transition', `the ${ours?.kind ?? 'transition'} ${at} is lost`);
    else if (ours === undefined) add('transition', `the ${theirs.kind} ${at} was not there`);
    else if (transitionText(ours) !== transitionText(theirs))
      add('transition', `${at} there is ${transitionText(theirs)}, not ${transitionText(ours)}`);
  }
}

function transitionText({ kind, inOffset, outOffset, direction }: ImportedTransition): string {
  const towards = kind === 'wipe' || kind === 'slide' ? ` ${direction ?? 'right'}` : '';
  return `a ${kind}${towards} of ${inOffset} frames before and ${outOffset} after the cut`;
}

/** Decibels, and positions between left and right, that nobody hears apart. */
const SAME_GAIN_DB = 0.01;
const SAME_PAN = 1e-3;
/** Seconds that a fade may be off: files count them in frames of up to 240 per second. */
const SAME_FADE = rational(1, 480);

function compareSound(a: ImportedClip, b: ImportedClip, add: AddDifference): void {
  if (Math.abs(a.gainDb - b.gainDb) > SAME_GAIN_DB) add('gain', `${a.name} plays at ${b.gainDb} dB, not ${a.gainDb}`);
  const [pan, read] = [a.pan ?? 0, b.pan ?? 0];
  if (Math.abs(pan - read) > SAME_PAN) add('pan', `${a.name} sounds from ${read}, not ${pan}`);
  for (const [end, name] of [['fadeIn', 'in'] as const, ['fadeOut', 'out'] as const]) {
    const difference = subtractSeconds(b[end], a[end]);
    if (compareRational(rational(Math.abs(difference.num), difference.den), SAME_FADE) > 0)
      add('fade', `${a.name} fades ${name} for ${(b[end].num / b[end].den).toFixed(3)} s`);
  }
  const [ours, theirs] = [a, b].map(({ channels }) => channels.toSorted((x, y) => x - y).join(', '));
  if (ours !== theirs && theirs !== '') add('channels', `${a.name} plays channels ${theirs ?? ''}, not ${ours ?? ''}`);
  else if ((a.stream ?? 0) !== (b.stream ?? 0))
    add('channels', `${a.name} plays sound stream ${(b.stream ?? 0) + 1}, not ${(a.stream ?? 0) + 1}`);
}

/** Differences of markers, matched by place and name; `frame` is the marker's. */
export function compareMarkers(
  expected: readonly ImportedMarker[],
  actual: readonly ImportedMarker[],
  add: (frame: number, message: string) => void,
): void {
  const rest = [...actual];
  const take = (test: (marker: ImportedMarker) => boolean): ImportedMarker | undefined => {
    const index = rest.findIndex(test);
    return index < 0 ? undefined : rest.splice(index, 1)[0];
  };
  const unmatched: ImportedMarker[] = [];
  for (const marker of expected) {
    const found = take(({ at, name }) => at === marker.at && name === marker.name);
    if (found === undefined) unmatched.push(marker);
    else if (detailsOf(found) !== detailsOf(marker))
      add(marker.at, `the colour, note or length of the marker ${marker.name} changed`);
  }
  for (const marker of unmatched) {
    const moved = take(({ name }) => name === marker.name);
    const what = moved === undefined ? 'is missing' : `lies ${moved.at - marker.at} frames later`;
    add(marker.at, `the marker ${marker.name} ${what}`);
  }
  for (const marker of rest) add(marker.at, `the marker ${marker.name} was not there`);
}

function detailsOf({ duration, note, colour }: ImportedMarker): string {
  return [duration, colour, note].join(' ');
}
