import type { CutDifference } from './cut-difference.ts';
import { formatTimecode } from '../time/timecode.ts';
import { describeTimeline } from './describe-cut.ts';
import type { ExportInput, ExportResult, ImportedClip, ImportedTimeline, Loss, LossKind } from './handoff.ts';
import { GENERIC_PROFILE, type TargetId } from './profiles.ts';
import type { ReadBack } from './read-back.ts';

/** How many of a cut's things came back as they were. */
export type Survival = { readonly what: string; readonly kept: number; readonly of: number };

/** One thing that is not as it was, and what to do about it. */
export type HandoffItem = {
  readonly kind: string;
  /** 'cut': what is shown or heard, or when, differs in the other program. */
  readonly severity: Loss['severity'];
  readonly what: string;
  /** 'V1 01:00:04:12'; '' for the whole timeline. */
  readonly where: string;
  readonly message: string;
  readonly advice: string;
};

/** What becomes of a cut on its way to another program, found by reading the written file again. */
export type HandoffReport = {
  readonly schema: 'montage.handoff-report/1';
  readonly timeline: string;
  readonly target: TargetId;
  readonly program: string;
  readonly format: string;
  readonly files: readonly string[];
  readonly clips: number;
  /** Clips that play the same frames of the same media at the same times. */
  readonly matching: number;
  readonly survived: readonly Survival[];
  readonly changed: readonly HandoffItem[];
  readonly dropped: readonly HandoffItem[];
  /** Differences that nothing explains: the file is wrong. */
  readonly faults: readonly HandoffItem[];
};

/** Tells what survived, what changed, what was dropped, and what to do about it. */
export function makeHandoffReport(
  format: string,
  files: readonly string[],
  input: ExportInput,
  result: ExportResult,
  readBack: ReadBack,
): HandoffReport {
  const profile = input.profile ?? GENERIC_PROFILE;
  const items = result.losses.map((loss) => ({ loss, item: itemOf(loss) }));
  const all = [...readBack.declared, ...readBack.unexplained];
  return {
    schema: 'montage.handoff-report/1',
    timeline: input.timeline.name,
    target: profile.id,
    program: profile.program,
    format,
    files,
    clips: readBack.clips,
    matching: readBack.matching,
    survived: survivalOf(describeTimeline(input), all, result.losses),
    changed: items.filter(({ loss }) => isChange(loss)).map(({ item }) => item),
    dropped: items.filter(({ loss }) => !isChange(loss)).map(({ item }) => item),
    faults: readBack.unexplained.map((difference) => faultOf(difference)),
  };
}

function itemOf({ kind, severity, what, where, message }: Loss): HandoffItem {
  const place = [where.track, where.timecode].filter((part) => part !== undefined).join(' ');
  return { kind, severity, what, where: place, message, advice: ADVICE[kind] };
}

function faultOf({ kind, track, timecode, message }: CutDifference): HandoffItem {
  return {
    kind,
    severity: 'cut',
    what: '',
    where: `${track} ${timecode}`.trim(),
    message,
    advice: 'do not hand this file on; export another format, and send us this report',
  };
}

const CHANGES: readonly LossKind[] = [
  'alignment',
  'rate',
  'source-in',
  'variable-rate',
  'speed',
  'reverse',
  'freeze',
  'start-timecode',
  'drop-frame',
  'frame-size',
  'colour-space',
  'curve',
  'path',
  'off-grid',
  'disabled',
  'track',
];

/** Whether something else stands in the file, rather than nothing. */
function isChange({ kind, message }: Loss): boolean {
  return CHANGES.includes(kind) || /shortened|becomes|written as/.test(message);
}

type ClipThing = {
  readonly what: string;
  readonly kinds: readonly CutDifference['kind'][];
  readonly has: (clip: ImportedClip) => boolean;
};

/** What clips have, and the differences that mean that it did not come back. */
const CLIP_THINGS: readonly ClipThing[] = [
  { what: 'clips', kinds: ['missing', 'moved', 'gap', 'record-out', 'source-in', 'media'], has: () => true },
  { what: 'speeds', kinds: ['speed'], has: ({ speed }) => speed.num !== speed.den },
  { what: 'links of picture and sound', kinds: ['link'], has: ({ linkGroup }) => linkGroup !== null },
  { what: 'gains', kinds: ['gain'], has: ({ gainDb }) => gainDb !== 0 },
  { what: 'placed pictures', kinds: ['transform'], has: ({ effects }) => effects?.transform !== undefined },
  { what: 'cropped pictures', kinds: ['crop'], has: ({ effects }) => effects?.crop !== undefined },
  { what: 'clips with keyframes', kinds: ['keyframes'], has: ({ keyframes }) => keyframes !== undefined },
  { what: 'titles', kinds: ['title'], has: ({ content }) => content?.kind === 'title' },
  { what: 'nested timelines', kinds: ['nested'], has: ({ content }) => content?.kind === 'nested' },
  { what: 'notes', kinds: ['note'], has: ({ note }) => note !== '' },
];

/** What a clip that is left out takes with it. */
const LEFT_OUT: readonly LossKind[] = ['disabled', 'media', 'nested', 'title'];

function survivalOf(
  cut: ImportedTimeline,
  differences: readonly CutDifference[],
  losses: readonly Loss[],
): readonly Survival[] {
  const key = (track: string | undefined, timecode: string | undefined) => `${track ?? ''} ${timecode ?? ''}`;
  const leftOut = losses.filter(({ kind, message }) => LEFT_OUT.includes(kind) && message.includes('left out'));
  const gone = new Set([
    ...leftOut.map(({ where }) => key(where.track, where.timecode)),
    ...differences.filter(({ kind }) => kind === 'missing').map(({ track, timecode }) => key(track, timecode)),
  ]);
  const counts = { video: 0, audio: 0 };
  const placed = cut.tracks.flatMap(({ kind, clips }) => {
    const label = `${kind === 'video' ? 'V' : 'A'}${(counts[kind] += 1)}`;
    return clips.map((clip) => ({ clip, at: key(label, formatTimecode(cut.startFrame + clip.recordIn, cut)) }));
  });
  const ofClips = CLIP_THINGS.map(({ what, kinds, has }): Survival => {
    const own = placed.filter(({ clip }) => has(clip));
    const wrong = new Set(
      differences.filter(({ kind }) => kinds.includes(kind)).map(({ track, timecode }) => key(track, timecode)),
    );
    return { what, of: own.length, kept: own.filter(({ at }) => !gone.has(at) && !wrong.has(at)).length };
  });
  const rest = (what: string, kind: CutDifference['kind'], of: number): Survival => {
    const lost = differences.filter((difference) => difference.kind === kind).length;
    return { what, of, kept: Math.max(0, of - lost) };
  };
  const clips = placed.map(({ clip }) => clip);
  const transitions = clips.flatMap(({ head, tail }) => [head, tail].filter((one) => one !== undefined));
  const markers = clips.reduce((sum, clip) => sum + (clip.markers?.length ?? 0), 0);
  return [
    ...ofClips,
    rest('tracks', 'track-count', cut.tracks.filter((track) => track.clips.length > 0).length),
    rest('transitions', 'transition', transitions.length),
    rest('markers', 'marker', cut.markers.length),
    rest('markers on clips', 'clip-marker', markers),
  ].filter(({ of }) => of > 0);
}

/** What an editor does about each kind of loss. */
const ADVICE: Readonly<Record<LossKind, string>> = {
  alignment: 'move the cut of the transition there',
  blend: 'set the blend mode there',
  captions: 'import the captions as SRT',
  channels: 'choose the channels there',
  colour: 'set the colour space of the clip there',
  'colour-space': 'set the colour space of the project before importing',
  crop: 'crop the clip there',
  curve: 'check the easing there',
  'drop-frame': 'set the timecode of the timeline to drop-frame there',
  disabled: 'keep the clip off there, or delete it here',
  effect: 'apply the effect there',
  fade: 'set the fade there',
  fit: 'set how the clip is scaled to the frame there',
  freeze: 'hold the frame there, or render the clip here',
  'frame-size': 'set the size of the project before importing',
  gain: 'set the gain there',
  generator: 'render it here and cut it in',
  keyframes: 'render the clip here, or choose a format that holds keyframes',
  link: 'link picture and sound there',
  lut: 'apply the .cube file there',
  marker: 'take the markers from the shot list (CSV)',
  media: 'relink the media and export again',
  metadata: 'hand on OTIO, or the file it came from, beside it',
  name: 'rename there where it matters',
  nested: 'export the nested timeline by itself, or flatten it here',
  note: 'take the notes from the shot list (CSV)',
  'off-grid': 'nudge the cut to a frame there',
  opacity: 'set the opacity there',
  pan: 'pan the clip there',
  path: 'relink the media there by name',
  rate: 'set the rate of the project before importing',
  retiming: 'choose frame blending or optical flow there',
  reverse: 'reverse the clip there, or render it here',
  'source-in': 'compare the first frame of the clip there',
  speed: 'set the speed there',
  stabilise: 'stabilise the clip there',
  'start-timecode': 'set the start timecode of the timeline there',
  stream: 'choose the sound stream there',
  title: 'import the titles as captions, or render them here',
  track: 'check which track each sound lies on',
  'track-state': 'set the state of the track there',
  transform: 'place the picture there, or render the clip here',
  transition: 'add the transition there',
  'variable-rate': 'convert the media to a constant rate first',
};

/** The report as people read it. */
export function handoffReportText(report: HandoffReport): string {
  const item = ({ what, where, message, advice }: HandoffItem) =>
    `  ${[what, where].filter((part) => part !== '').join(', ')}: ${message} (${advice})`;
  const list = (title: string, items: readonly HandoffItem[]) =>
    items.length === 0 ? [] : [`${title}:`, ...items.map((one) => item(one).replace(/^ {2}: /, '  '))];
  return [
    `${report.matching} of ${report.clips} clips read back the same`,
    `survived: ${report.survived.map(({ what, kept, of }) => `${kept}/${of} ${what}`).join(', ') || 'nothing to lose'}`,
    ...list('changed', report.changed),
    ...list('dropped', report.dropped),
    ...list('WRONG IN THE FILE', report.faults),
  ].join('\n');
}
