import { create } from 'zustand';
import { briefFromText } from '../../core/director/brief-text.ts';
import type { Aspect, Brief } from '../../core/director/suggestion.ts';
import type { MediaId } from '../../core/media/media.ts';
import { flicksFromSeconds, secondsOf } from '../../core/time/flicks.ts';

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
  /** Takes the text; length, look and shape that its words newly name move their chips. */
  readonly write: (text: string) => void;
  readonly addMustUse: (ids: readonly MediaId[]) => void;
  readonly addNeverUse: (ids: readonly MediaId[]) => void;
  readonly forgetMedia: (id: MediaId) => void;
  readonly remember: (text: string) => void;
};

const joined = (known: readonly MediaId[], more: readonly MediaId[]) => [...new Set([...known, ...more])];
const without = (known: readonly MediaId[], out: readonly MediaId[]) => known.filter((id) => !out.includes(id));

/** Fields that a text names otherwise than the text before it: a chip pressed meanwhile stays while one types on. */
function newlyNamed(before: string, after: string): Partial<BriefDraft> {
  const [old, now] = [briefFromText(before).fields, briefFromText(after).fields];
  return {
    ...(now.duration !== undefined && now.duration !== old.duration && { seconds: secondsOf(now.duration) }),
    ...(now.aspect !== undefined && now.aspect !== old.aspect && { aspect: now.aspect }),
    ...(now.styleId !== undefined && now.styleId !== old.styleId && { styleId: now.styleId }),
  };
}

/** What the next proposal should become. */
export const useBriefStore = create<BriefState>((set) => ({
  draft: EMPTY_BRIEF,
  earlier: [],
  change: (change) => set((state) => ({ draft: { ...state.draft, ...change } })),
  write: (text) => set(({ draft }) => ({ draft: { ...draft, ...newlyNamed(draft.text, text), text } })),
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
