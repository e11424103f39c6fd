import { resultOf, type MediaAnalysis, type RhythmResult } from '../analysis/results.ts';
import type { MediaId } from '../media/media.ts';
import type { Flicks } from '../time/flicks.ts';
import { qualityParts, weigh, type Pick, type Task } from './objective.ts';
import type { Confidence, Evidence, Reason } from './suggestion.ts';
import type { Take } from './takes.ts';

/** Music as far as it was listened to. */
export type KnownMusic = {
  readonly mediaId: MediaId;
  readonly name: string;
  readonly rhythm: RhythmResult | undefined;
  /** The span of the file that is heard; it begins with the timeline. */
  readonly start: Flicks;
  readonly end: Flicks;
};

/** The measures that pictures are chosen by. */
type Named = 'sharpness' | 'exposure' | 'steadiness' | 'motion';

const PHRASES: Readonly<Record<Named, (value: number) => string>> = {
  sharpness: (value) =>
    `it is ${value >= 66 ? 'sharp' : value >= 33 ? 'fairly sharp' : 'sharp enough'} (${Math.round(value)})`,
  exposure: (value) =>
    `it is ${value >= 66 ? 'well' : value >= 33 ? 'fairly well' : 'just'} exposed (${Math.round(value)})`,
  steadiness: (value) =>
    `the framing is ${value >= 66 ? 'steady' : value >= 33 ? 'fairly steady' : 'lively'} (${Math.round(value)})`,
  motion: (value) => `its movement (${Math.round(value)}) fits`,
};

const LOSSES: Readonly<Record<Named, (value: number) => string>> = {
  sharpness: (value) => `is softer (${Math.round(value)})`,
  exposure: (value) => `is exposed worse (${Math.round(value)})`,
  steadiness: (value) => `is shakier (${Math.round(value)})`,
  motion: (value) => `moves less fittingly (${Math.round(value)})`,
};

/** From here on, 0–1, a measure is a reason. */
const WORTH_SAYING = 0.66;
const NAMES: readonly Named[] = ['sharpness', 'exposure', 'steadiness', 'motion'];

/** A shot by its file and number, as lists and notes call it. */
export function takeName(take: Take): string {
  return take.shotCount > 1 ? `shot ${take.shotNumber} of '${take.media.name}'` : `'${take.media.name}'`;
}

function measured(take: Take, name: Named): Evidence | undefined {
  if (take.measures === undefined) return undefined;
  const { stamp, values } = take.measures;
  const { firstFrame, lastFrame } = values;
  return {
    ...stamp,
    mediaId: take.media.id,
    span: { kind: 'frames', firstFrame, lastFrame },
    measure: name,
    value: values[name],
  };
}

/**
 * Why a clip is where it is: verb + what + the strongest one or two facts + what lost. Every number in it is evidence
 * that can be looked up.
 */
export function reasonFor(
  task: Task,
  pick: Pick,
  place: 'first' | 'inside' | 'last',
  rival: Take | undefined,
  music: KnownMusic | undefined,
): Reason {
  const verb = place === 'first' ? 'Opens with' : place === 'last' ? 'Ends on' : 'Cuts to';
  const beat = place === 'first' ? undefined : beatAt(task, pick.start, music);
  const onBeat = beat === undefined ? '' : ' on a beat';
  const head = `${verb} ${takeName(pick.take)}${onBeat}`;
  const beatEvidence = beat === undefined ? [] : [beat];
  if (pick.take.measures === undefined) {
    const judged = pick.take.frames.kind === 'still' ? 'A still has no measures' : 'No measures for this clip';
    return { sentence: `${head}. ${judged}, judged by length only.`, evidence: beatEvidence };
  }
  const facts = strongest(task, pick.take);
  const shown = facts.map((name) => measured(pick.take, name)).filter((fact) => fact !== undefined);
  const because = facts.map((name, index) => PHRASES[name](shown[index]?.value ?? 0)).join(' and ');
  const lost = rival === undefined ? undefined : lossOf(task, pick.take, rival);
  return {
    sentence: `${head}: ${because}${lost === undefined ? '' : `; ${lost.phrase}`}.`,
    evidence: [...shown, ...beatEvidence, ...(lost === undefined ? [] : [lost.evidence])],
  };
}

/** The one or two measures that speak most for a take, by value × weight. */
function strongest(task: Task, take: Take): readonly Named[] {
  const parts = qualityParts(take, task.style);
  const weightOf = (name: Named) => {
    const part = parts.find((other) => other.name === name);
    return part === undefined ? 0 : part.value * part.weight;
  };
  // What does not speak for it is no reason, however much the style asks for it.
  const good = NAMES.filter((name) => (parts.find((part) => part.name === name)?.value ?? 0) >= WORTH_SAYING);
  return (good.length > 0 ? good : [...NAMES])
    .sort((a, b) => weightOf(b) - weightOf(a))
    .slice(0, good.length > 0 ? 2 : 1);
}

/** What the best take left out lacks most against the one chosen. */
function lossOf(
  task: Task,
  chosen: Take,
  rival: Take,
): { readonly phrase: string; readonly evidence: Evidence } | undefined {
  const [ours, theirs] = [qualityParts(chosen, task.style), qualityParts(rival, task.style)];
  let worst: { readonly name: Named; readonly gap: number } | undefined;
  for (const [index, name] of NAMES.entries()) {
    const [mine, other] = [ours[index], theirs[index]];
    if (mine === undefined || other === undefined) continue;
    const gap = (mine.value - other.value) * mine.weight;
    if (gap > 0 && (worst === undefined || gap > worst.gap)) worst = { name, gap };
  }
  const evidence = worst === undefined ? undefined : measured(rival, worst.name);
  if (worst === undefined || evidence === undefined) return undefined;
  return { phrase: `${takeName(rival)} ${LOSSES[worst.name](evidence.value)}`, evidence };
}

/** The stored beat that a cut falls on. */
function beatAt(task: Task, frame: number, music: KnownMusic | undefined): Evidence | undefined {
  if (music?.rhythm === undefined || !task.beats.has(frame)) return undefined;
  const { analyserId, analyserVersion, beats } = music.rhythm;
  const beat = beats.find(({ at }) => frameOfBeat(at, music, task.frame) === frame);
  if (beat === undefined) return undefined;
  return {
    analyserId,
    analyserVersion,
    mediaId: music.mediaId,
    span: { kind: 'time', start: beat.at, end: beat.at },
    measure: 'beat',
    value: beat.strength,
  };
}

/** The timeline frame nearest to a beat of music that starts with the timeline; undefined where the music is not heard. */
export function frameOfBeat(at: Flicks, { start, end }: KnownMusic, frame: Flicks): number | undefined {
  return at < start || at >= end ? undefined : Math.round((at - start) / frame);
}

/** The best takes that no clip uses, best first: what lost. */
export function rivalsOf(task: Task, takes: readonly Take[], picks: readonly Pick[]): readonly Take[] {
  const used = new Set(picks.map(({ take }) => take.index));
  return takes
    .filter((take) => !used.has(take.index) && take.measures !== undefined)
    .map((take) => ({ take, worth: weigh(qualityParts(take, task.style)).total }))
    .sort((a, b) => b.worth - a.worth || a.take.index - b.take.index)
    .map(({ take }) => take);
}

/** In words, because the number is no probability. */
export function confidenceOf(total: number, isMeasured: boolean): Confidence {
  if (!isMeasured) return 'unsure';
  return total >= 0.7 ? 'sure' : total >= 0.5 ? 'fair' : 'unsure';
}

/** The rhythm of a music file, where it was found. */
export function rhythmOf(analyses: readonly MediaAnalysis[], id: MediaId): RhythmResult | undefined {
  const analysis = analyses.find(({ mediaId }) => mediaId === id);
  return analysis === undefined ? undefined : resultOf(analysis, 'rhythm');
}
