import { loss, type Cut, type CutClip, type CutTrack, type CutTransition } from './export-cut.ts';

/** One edit of a list: a span of the record, what it shows (black where nothing), and the transition it begins with. */
export type EdlEdit = {
  readonly start: number;
  readonly end: number;
  readonly clip: CutClip | undefined;
  readonly transition: EdlTransition | undefined;
};

export type EdlTransition = {
  readonly from: CutClip | undefined;
  /** The span of the record that what goes has an edit of its own for; empty where only transitions show it. */
  readonly fromStart: number;
  /** D, or W and the SMPTE code of a wipe. */
  readonly code: string;
  readonly length: number;
  /** Frames from its start to the cut: a list itself has the cut at the start. */
  readonly cutAfter: number;
};

/** The edits of a track in record order; disabled clips leave holes. */
export function edlEdits(cut: Cut, track: CutTrack): readonly EdlEdit[] {
  const transitions = track.transitions.filter((one) => isWritten(cut, one));
  const heads = new Map(transitions.flatMap((one) => (one.to === undefined ? [] : [[one.to, one] as const])));
  const tails = new Map(transitions.flatMap((one) => (one.from === undefined ? [] : [[one.from, one] as const])));
  const starts = new Map<CutClip, number>();
  return track.clips.flatMap((clip): EdlEdit[] => {
    if (!clip.enabled) return [];
    const [head, tail] = [heads.get(clip), tails.get(clip)];
    const start = head === undefined ? clip.recordIn : head.cut - head.inOffset;
    const end = tail === undefined ? clip.recordIn + clip.duration : tail.cut - tail.inOffset;
    if (head !== undefined || end > start) starts.set(clip, start);
    const own: EdlEdit = {
      start,
      end,
      clip,
      transition: head === undefined ? undefined : transitionOf(cut, head, starts),
    };
    // A clip that only its transitions show has no edit of its own.
    const edits = end > start || head !== undefined ? [own] : [];
    if (tail === undefined || tail.to !== undefined) return edits;
    return [...edits, { start: end, end: tail.cut, clip: undefined, transition: transitionOf(cut, tail, starts) }];
  });
}

/** A transition with a disabled clip at one side goes: that clip is not in the list. */
function isWritten(cut: Cut, { from, to, transition }: CutTransition): boolean {
  const isShown = from?.enabled !== false && to?.enabled !== false;
  const shown = [from, to].find((item) => item?.enabled === true);
  if (!isShown && shown !== undefined) {
    const message = `its ${transition.kind} is left out with the disabled clip beside it`;
    cut.losses.push(loss('transition', 'cut', shown.clip.name, shown.place, message));
    const other = from?.enabled === true ? to : from;
    if (other !== undefined) cut.losses.push(loss('transition', 'cut', other.clip.name, other.place, message));
  }
  return isShown;
}

const WIPES = { right: 'W001', left: 'W101', down: 'W002', up: 'W102' } as const;

function transitionOf(
  cut: Cut,
  { transition, cut: at, inOffset, outOffset, from, to }: CutTransition,
  starts: ReadonlyMap<CutClip, number>,
): EdlTransition {
  const { kind, direction } = transition;
  const item = to ?? from;
  const isFade = to === undefined;
  if (item !== undefined && !isFade && from !== undefined && inOffset > 0) {
    const message = 'a list has the cut at the start of its transition; only our own comment says where it was';
    cut.losses.push(loss('alignment', 'detail', item.clip.name, item.place, message));
  }
  return {
    from,
    fromStart: (from === undefined ? undefined : starts.get(from)) ?? at - inOffset,
    code: kind === 'wipe' ? WIPES[direction ?? 'right'] : 'D',
    length: inOffset + outOffset,
    cutAfter: isFade || from === undefined ? 0 : inOffset,
  };
}
