import { comparedWord } from './transcript.ts';

/** Stands in a slot for a transcript that has no word there. */
export const NO_WORD = -1;

/** Words, by number, of which one was said at a place; `NO_WORD` where some transcript has none. The first counts for anchors. */
export type Slot = readonly number[];

/** Pairs in order: a slot and the word at its place, `NO_WORD` on the side that has none. */
export type Alignment = readonly { readonly slot: number; readonly word: number }[];

/** What differences cost; what is equal costs nothing. */
export type AlignmentCosts = { readonly substitution: number; readonly gap: number; readonly knownGap: number };

/** NIST sclite's; a gap where another transcript has one already is cheap. */
export const SCLITE_COSTS: AlignmentCosts = { substitution: 4, gap: 3, knownGap: 1 };
/** Plain edit distance, by which word error rates are counted. */
export const EDIT_COSTS: AlignmentCosts = { substitution: 1, gap: 1, knownGap: 1 };

/** Between anchors, up to this many cells are searched whole; beyond, only a band this far from the diagonal. */
const WHOLE_SEARCH = 160_000;
const BAND = 96;
/** Lengths of word sequences that are anchors where they occur once on each side. */
const ANCHORS = [4, 3, 2, 1] as const;

type Task = {
  readonly slots: readonly Slot[];
  readonly words: readonly number[];
  readonly costs: AlignmentCosts;
  readonly found: { slot: number; word: number }[];
};
type Block = { readonly slot: number; readonly slotEnd: number; readonly word: number; readonly wordEnd: number };

/** Gives each compared word a number, the same in all lists that are given to one of these. */
export function numberWords(): (texts: readonly string[]) => readonly number[] {
  const numbers = new Map<string, number>();
  return (texts) =>
    texts.map((text) => {
      const key = comparedWord(text);
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, numbers.size);
      return numbers.size - 1;
    });
}

/**
 * Aligns slots with words at least cost. Sequences that occur once on each side and in the same order are anchors (as in
 * Cohen's patience diff); between them the search is whole where it is small, otherwise banded. Time and memory therefore
 * grow with the number of words, not with its square; what lies between small anchors is exactly the cheapest.
 */
export function alignSlots(
  slots: readonly Slot[],
  words: readonly number[],
  costs: AlignmentCosts = SCLITE_COSTS,
): Alignment {
  const task: Task = { slots, words, costs, found: [] };
  alignBlock(task, { slot: 0, slotEnd: slots.length, word: 0, wordEnd: words.length }, 0);
  return task.found;
}

function alignBlock(task: Task, block: Block, level: number): void {
  const rows = block.slotEnd - block.slot;
  const columns = block.wordEnd - block.word;
  const length = ANCHORS[level];
  if ((rows + 1) * (columns + 1) <= WHOLE_SEARCH || length === undefined) {
    alignByCost(task, block);
    return;
  }
  let { slot, word } = block;
  for (const anchor of anchorsOf(task, block, length)) {
    alignBlock(task, { slot, slotEnd: anchor.slot, word, wordEnd: anchor.word }, level + 1);
    task.found.push(anchor);
    slot = anchor.slot + 1;
    word = anchor.word + 1;
  }
  alignBlock(task, { ...block, slot, word }, level + 1);
}

function anchorsOf(task: Task, block: Block, length: number): Alignment {
  const principal = (index: number) => task.slots[index]?.[0] ?? NO_WORD;
  const left = singleSequences(principal, block.slot, block.slotEnd, length);
  const right = singleSequences((index) => task.words[index] ?? NO_WORD, block.word, block.wordEnd, length);
  const common: { slot: number; word: number }[] = [];
  for (const [key, slot] of left) {
    const word = right.get(key);
    if (slot >= 0 && word !== undefined && word >= 0) common.push({ slot, word });
  }
  return longestRising(common.toSorted((a, b) => a.slot - b.slot));
}

/** Where each sequence of `length` numbers starts; −1 where it occurs more than once. */
function singleSequences(at: (index: number) => number, from: number, to: number, length: number): Map<string, number> {
  const starts = new Map<string, number>();
  for (let index = from; index + length <= to; index++) {
    let key = String(at(index));
    for (let next = 1; next < length; next++) key += `,${at(index + next)}`;
    starts.set(key, starts.has(key) ? -1 : index);
  }
  return starts;
}

/** The longest subsequence whose words rise (patience sorting, n log n). */
function longestRising(pairs: Alignment): Alignment {
  const tails: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  for (const [index, pair] of pairs.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.word ?? 0) < pair.word) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  }
  const rising: { slot: number; word: number }[] = [];
  for (let index = tails[tails.length - 1] ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) rising.push(pair);
  }
  return rising.reverse();
}

const PAIR = 0;
const SLOT_ALONE = 1;
const WORD_ALONE = 2;

/** Dynamic programming over a band around the diagonal that is as wide as the block where the block is small. */
function alignByCost(task: Task, { slot, slotEnd, word, wordEnd }: Block): void {
  const rows = slotEnd - slot;
  const columns = wordEnd - word;
  const isWhole = (rows + 1) * (columns + 1) <= WHOLE_SEARCH;
  const reach = isWhole ? columns : Math.max(BAND, Math.ceil(columns / Math.max(1, rows)) + 1);
  const width = Math.min(columns, 2 * reach) + 1;
  const lowest = (row: number) =>
    isWhole || rows === 0 ? 0 : Math.max(0, Math.min(Math.round((row * columns) / rows) - reach, columns + 1 - width));
  const steps = new Uint8Array((rows + 1) * width);
  let above = new Float64Array(width).fill(Infinity);
  let now = new Float64Array(width);
  let lowAbove = 0;
  for (let row = 0; row <= rows; row++) {
    const low = lowest(row);
    const known = row > 0 ? (task.slots[slot + row - 1] ?? []) : [];
    const slotGap = known.includes(NO_WORD) ? task.costs.knownGap : task.costs.gap;
    now.fill(Infinity);
    for (let at = 0; at < width && low + at <= columns; at++) {
      const column = low + at;
      const up = above[column - lowAbove] ?? Infinity;
      const diagonal = column > 0 ? (above[column - 1 - lowAbove] ?? Infinity) : Infinity;
      const pair =
        diagonal + (known.includes(task.words[word + column - 1] ?? NO_WORD - 1) ? 0 : task.costs.substitution);
      const alone = (at > 0 ? (now[at - 1] ?? Infinity) : Infinity) + task.costs.gap;
      const slotAlone = up + slotGap;
      const best = Math.min(pair, alone, slotAlone);
      now[at] = row === 0 && column === 0 ? 0 : best;
      steps[row * width + at] = pair <= best ? PAIR : slotAlone <= best ? SLOT_ALONE : WORD_ALONE;
    }
    [above, now] = [now, above];
    lowAbove = low;
  }
  task.found.push(...traced(steps, width, lowest, { slot, slotEnd, word, wordEnd }));
}

function traced(steps: Uint8Array, width: number, lowest: (row: number) => number, block: Block): Alignment {
  const path: { slot: number; word: number }[] = [];
  let row = block.slotEnd - block.slot;
  let column = block.wordEnd - block.word;
  while (row > 0 || column > 0) {
    const step = steps[row * width + column - lowest(row)];
    const takesSlot = row > 0 && (step !== WORD_ALONE || column === 0);
    const takesWord = column > 0 && (step !== SLOT_ALONE || row === 0);
    path.push({
      slot: takesSlot ? block.slot + row - 1 : NO_WORD,
      word: takesWord ? block.word + column - 1 : NO_WORD,
    });
    if (takesSlot) row--;
    if (takesWord) column--;
  }
  return path.reverse();
}

/** Aligns two lists of words at least edit distance; `slot` counts in the first, `word` in the second. */
export function alignWords(first: readonly string[], second: readonly string[]): Alignment {
  const numbers = numberWords();
  return alignSlots(
    numbers(first).map((word) => [word]),
    numbers(second),
    EDIT_COSTS,
  );
}
