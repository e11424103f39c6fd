import { frameOfTime } from '../time/rate.ts';
import type { AudioClip, VideoClip } from '../timeline/timeline.ts';
import { recordTimecode, type Cut, type CutClip } from './export-cut.ts';
import type { InterchangeFormat, Loss, LossKind, LossPlace } from './handoff.ts';

/** Whether a format carries something, and how or why not; `how` completes "<thing>: …". */
export type Support = { readonly survives: boolean; readonly how: string };

/** Where a cut uses a property. */
export type Use = { readonly what: string; readonly where: LossPlace };

/** One property of a cut, what each format makes of it, and where a cut uses it. */
export type Feature = {
  readonly label: string;
  readonly kind: LossKind;
  readonly severity: Loss['severity'];
  /** `premiere`, `resolve`: OTIO with these programs' own metadata, where that makes a difference. */
  readonly support: Readonly<Record<InterchangeFormat, Support> & { premiere?: Support; resolve?: Support }>;
  readonly uses: (cut: Cut) => readonly Use[];
};

/** Survives; says how. */
export const yes = (how: string): Support => ({ survives: true, how });
/** Does not; says why. */
export const no = (how: string): Support => ({ survives: false, how });
/** What writers list themselves where it happens. */
export const none = (): readonly Use[] => [];

/** All clips of a cut, pictures first. */
export function allClips(cut: Cut): readonly CutClip[] {
  return [...cut.video, ...cut.audio].flatMap((track): readonly CutClip[] => track.clips);
}

/** The clips that pass a test. */
export function clipsWhere(test: (item: CutClip) => boolean): (cut: Cut) => readonly Use[] {
  return (cut) =>
    allClips(cut)
      .filter(test)
      .map((item) => ({ what: item.clip.name, where: item.place }));
}

/** The picture clips that pass a test. */
export function picturesWhere(test: (clip: VideoClip) => boolean): (cut: Cut) => readonly Use[] {
  return clipsWhere(({ clip }) => clip.kind === 'video' && test(clip));
}

/** The sound clips that pass a test. */
export function soundsWhere(test: (clip: AudioClip) => boolean): (cut: Cut) => readonly Use[] {
  return clipsWhere(({ clip }) => clip.kind === 'audio' && test(clip));
}

/** The tracks that pass a test. */
export function tracksWhere(test: (track: Cut['timeline']['tracks'][number], label: string) => boolean) {
  return (cut: Cut): readonly Use[] =>
    [...cut.video, ...cut.audio].flatMap(({ track, label }) =>
      test(track, label) ? [{ what: track.name, where: { track: label } }] : [],
    );
}

/** The timeline's markers that pass a test, and the clips with such markers. */
export function markersWhere(test: (marker: Cut['timeline']['markers'][number]) => boolean) {
  return (cut: Cut): readonly Use[] => [
    ...cut.timeline.markers.filter(test).map((marker) => ({
      what: marker.name,
      where: { timecode: recordTimecode(cut.timeline, frameOfTime(marker.at, cut.timeline.rate, 'nearest')) },
    })),
    ...clipsWhere(({ clip }) => clip.markers?.some(test) ?? false)(cut),
  ];
}

/** The whole timeline where it passes a test. */
export function whole(test: (cut: Cut) => boolean): (cut: Cut) => readonly Use[] {
  return (cut) => (test(cut) ? [{ what: cut.timeline.name, where: {} }] : []);
}

/** Placed transitions that pass a test, at the clip they belong to. */
export function transitionsWhere(
  test: (placed: Cut['video'][number]['transitions'][number] | Cut['audio'][number]['transitions'][number]) => boolean,
): (cut: Cut) => readonly Use[] {
  return (cut) =>
    [...cut.video, ...cut.audio].flatMap(({ transitions }) =>
      transitions.flatMap((placed) => {
        const owner = placed.to ?? placed.from;
        return owner !== undefined && test(placed) ? [{ what: owner.clip.name, where: owner.place }] : [];
      }),
    );
}
