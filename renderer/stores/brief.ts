import { create } from 'zustand';
import type { Aspect, Brief } from '../../core/director/suggestion.ts';
import type { MediaId } from '../../core/media/media.ts';
import { flicksFromSeconds } from '../../core/time/flicks.ts';

/** A brief as it is being written. */
export type BriefDraft = {
  readonly text: string;
  readonly seconds: number;
  readonly aspect: Aspect;
  /** Null: the first style the engine offers. */
  readonly styleId: string | null;
  readonly music: MediaId | null;
  readonly mustUse: readonly MediaId[];
  readonly neverUse: readonly MediaId[];
  readonly maxShotReuse: number;
  readonly seed: number;
};

export const EMPTY_BRIEF: BriefDraft = {
  text: '',
  seconds: 30,
  aspect: '16:9',
  styleId: null,
  music: null,
  mustUse: [],
  neverUse: [],
  maxShotReuse: 1,
  seed: 1,
};

type BriefState = {
  readonly draft: BriefDraft;
  /** Texts of earlier briefs, latest last; ↑ in the field walks them. */
  readonly earlier: readonly string[];
  readonly change: (change: Partial<BriefDraft>) => void;
  readonly addMustUse: (ids: readonly MediaId[]) => void;
  readonly addNeverUse: (ids: readonly MediaId[]) => void;
  readonly forgetMedia: (id: MediaId) => void;
  readonly remember: (text: string) => void;
};

const joined = (known: readonly MediaId[], more: readonly MediaId[]) => [...new Set([...known, ...more])];
const without = (known: readonly MediaId[], out: readonly MediaId[]) => known.filter((id) => !out.includes(id));

/** What the next proposal should become. */
export const useBriefStore = create<BriefState>((set) => ({
  draft: EMPTY_BRIEF,
  earlier: [],
  change: (change) => set((state) => ({ draft: { ...state.draft, ...change } })),
  addMustUse: (ids) =>
    set(({ draft }) => ({
      draft: { ...draft, mustUse: joined(draft.mustUse, ids), neverUse: without(draft.neverUse, ids) },
    })),
  addNeverUse: (ids) =>
    set(({ draft }) => ({
      draft: { ...draft, neverUse: joined(draft.neverUse, ids), mustUse: without(draft.mustUse, ids) },
    })),
  forgetMedia: (id) =>
    set(({ draft }) => ({
      draft: {
        ...draft,
        mustUse: without(draft.mustUse, [id]),
        neverUse: without(draft.neverUse, [id]),
        music: draft.music === id ? null : draft.music,
      },
    })),
  remember: (text) =>
    set((state) => ({
      earlier: text === '' ? state.earlier : [...state.earlier.filter((known) => known !== text), text],
    })),
}));

/** The brief as the director reads it. */
export function briefOf(draft: BriefDraft, fallbackStyle: string): Brief {
  const { seconds, styleId, ...rest } = draft;
  return {
    ...rest,
    text: draft.text.trim(),
    duration: flicksFromSeconds(seconds),
    styleId: styleId ?? fallbackStyle,
    rate: null,
    size: null,
  };
}
