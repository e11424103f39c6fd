import { CAPTION_STYLE, type Cue } from '../interchange/captions.ts';
import { flicks, flicksFromSeconds, secondsOf, type Flicks } from '../time/flicks.ts';
import { endsSentence, type Word } from './transcript.ts';

/** How captions are cut. Characters are counted with spaces; times are seconds. */
export type CaptionRules = {
  readonly lineCharacters: number;
  readonly lines: number;
  readonly charactersPerSecond: number;
  readonly shortest: number;
  readonly longest: number;
  /** Room between two captions, where there is none between the words. */
  readonly gap: number;
};

/** Netflix' Timed Text Style Guide for English: 42 characters, two lines, 20 per second, 5/6 s to 7 s, two frames apart. */
export const CAPTION_RULES: CaptionRules = {
  lineCharacters: 42,
  lines: 2,
  charactersPerSecond: 20,
  shortest: 5 / 6,
  longest: 7,
  gap: 1 / 12,
};

/** A rule that a caption breaks because the speech leaves no room to keep it. */
export type BrokenRule =
  | { readonly rule: 'reading-speed'; readonly at: Flicks; readonly charactersPerSecond: number }
  | { readonly rule: 'too-short'; readonly at: Flicks; readonly seconds: number }
  | { readonly rule: 'too-long'; readonly at: Flicks; readonly seconds: number }
  | { readonly rule: 'line-length'; readonly at: Flicks; readonly characters: number };

export type Captions = { readonly cues: readonly Cue[]; readonly broken: readonly BrokenRule[] };

/** A pause that no caption runs across, and one it had better not, seconds. */
const LONG_PAUSE = 1.5;
const PAUSE = 0.35;

/**
 * Cuts words into captions: the cheapest cut of all by dynamic programming, where a caption costs more that ends inside a
 * sentence or a clause, runs across a pause, reads fast or is short. A caption holds one speaker and at most `lines` lines.
 * Its end is held for the eye as far as the next one leaves room; what is still broken is listed.
 */
export function captionLines(words: readonly Word[], rules: CaptionRules = CAPTION_RULES): Captions {
  const groups = cheapestCut(words, rules);
  const cues: Cue[] = [];
  const broken: BrokenRule[] = [];
  for (const [index, group] of groups.entries()) {
    const [first] = group;
    if (first === undefined) continue;
    const next = groups[index + 1]?.[0]?.start;
    const text = breakLines(
      group.map((word) => word.text),
      rules,
    ).join('\n');
    const end = shownUntil(group, text.length, next, rules);
    cues.push({
      start: first.start,
      end,
      text,
      style: CAPTION_STYLE,
      ...(first.speaker === null ? {} : { speaker: first.speaker }),
    });
    broken.push(...brokenRules(first.start, end, text, rules));
  }
  return { cues, broken };
}

function brokenRules(at: Flicks, end: Flicks, text: string, rules: CaptionRules): readonly BrokenRule[] {
  const seconds = secondsOf(flicks(end - at));
  const characters = Math.max(...text.split('\n').map((line) => line.length));
  const charactersPerSecond = seconds > 0 ? text.length / seconds : Infinity;
  return [
    ...(charactersPerSecond > rules.charactersPerSecond + 0.01
      ? [{ rule: 'reading-speed' as const, at, charactersPerSecond }]
      : []),
    ...(seconds < rules.shortest - 0.001 ? [{ rule: 'too-short' as const, at, seconds }] : []),
    ...(seconds > rules.longest + 0.001 ? [{ rule: 'too-long' as const, at, seconds }] : []),
    ...(characters > rules.lineCharacters ? [{ rule: 'line-length' as const, at, characters }] : []),
  ];
}

function lastEnd(group: readonly Word[]): Flicks {
  return flicks(Math.max(...group.map(({ end }) => end)));
}

/** The last word's end, later where the text needs longer to be read, and never into the next caption. */
function shownUntil(group: readonly Word[], characters: number, next: Flicks | undefined, rules: CaptionRules): Flicks {
  const start = group[0]?.start ?? flicks(0);
  const said = lastEnd(group);
  const needed = Math.max(rules.shortest, characters / rules.charactersPerSecond);
  const wanted = Math.max(said, start + flicksFromSeconds(Math.min(rules.longest, needed)));
  if (next === undefined) return flicks(wanted);
  const room = next - flicksFromSeconds(rules.gap);
  // Where words of two speakers overlap, so do their captions: nothing is cut off that is being said.
  if (said >= room) return flicks(Math.max(Math.min(said, next), start + 1));
  return flicks(Math.min(wanted, room));
}

function cheapestCut(words: readonly Word[], rules: CaptionRules): readonly (readonly Word[])[] {
  const best = new Float64Array(words.length + 1).fill(Infinity);
  const from = new Int32Array(words.length + 1);
  best[0] = 0;
  const most = rules.lines * rules.lineCharacters;
  for (let end = 1; end <= words.length; end++) {
    let characters = -1;
    for (let start = end - 1; start >= 0; start--) {
      characters += 1 + (words[start]?.text.length ?? 0);
      const isSingle = start === end - 1;
      if (!isSingle && (characters > most || !mayShareCaption(words[start], words[start + 1]))) break;
      const group = words.slice(start, end);
      if (!isSingle && !fits(group, rules)) continue;
      const cost = (best[start] ?? 0) + captionCost(group, words[end], characters, rules);
      if (cost < (best[end] ?? Infinity)) {
        best[end] = cost;
        from[end] = start;
      }
    }
  }
  const groups: (readonly Word[])[] = [];
  for (let end = words.length; end > 0; end = from[end] ?? 0) groups.push(words.slice(from[end] ?? 0, end));
  return groups.reverse();
}

function mayShareCaption(word: Word | undefined, next: Word | undefined): boolean {
  if (word === undefined || next === undefined) return false;
  return word.speaker === next.speaker && secondsOf(flicks(Math.max(0, next.start - word.end))) <= LONG_PAUSE;
}

function fits(group: readonly Word[], rules: CaptionRules): boolean {
  const seconds = secondsOf(flicks(lastEnd(group) - (group[0]?.start ?? 0)));
  const texts = group.map((word) => word.text);
  return seconds <= rules.longest && breakLines(texts, rules).length <= rules.lines;
}

function captionCost(group: readonly Word[], next: Word | undefined, characters: number, rules: CaptionRules): number {
  const last = group[group.length - 1];
  const start = group[0]?.start ?? 0;
  if (last === undefined) return 0;
  const pauses = group.slice(1).filter((word, index) => {
    const before = group[index];
    return before !== undefined && secondsOf(flicks(Math.max(0, word.start - before.end))) > PAUSE;
  }).length;
  const sentences = group.slice(0, -1).filter((word) => endsSentence(word.text)).length;
  const room = secondsOf(flicks(Math.max(0, (next?.start ?? last.end + flicksFromSeconds(7)) - start))) - rules.gap;
  const hurry = Math.max(0, characters / Math.max(room, 0.05) / rules.charactersPerSecond - 1);
  const short = Math.max(0, 1 - room / rules.shortest);
  const endsPause = next === undefined || secondsOf(flicks(Math.max(0, next.start - last.end))) > PAUSE;
  const end = endsSentence(last.text) ? 0 : /[,;:–—]$/.test(last.text) ? 0.6 : endsPause ? 0.8 : 2;
  return 1 + end + pauses * 0.7 + sentences * 0.5 + Math.min(hurry, 5) * 4 + short * 4;
}

/** Lines of a caption: as few as hold it, as even as they can be, broken after punctuation where that costs little. */
function breakLines(texts: readonly string[], rules: CaptionRules): readonly string[] {
  const whole = texts.join(' ');
  if (whole.length <= rules.lineCharacters || texts.length === 1) return [whole];
  if (rules.lines > 2) return filledLines(texts, rules.lineCharacters);
  let best: readonly string[] | undefined;
  let bestCost = Infinity;
  for (let at = 1; at < texts.length; at++) {
    const upper = texts.slice(0, at).join(' ');
    const lower = texts.slice(at).join(' ');
    if (Math.max(upper.length, lower.length) > rules.lineCharacters) continue;
    const bonus = /[,;:.!?–—]$/.test(upper) ? 12 : 0;
    const cost = Math.abs(lower.length - upper.length) + (upper.length > lower.length ? 4 : 0) - bonus;
    if (cost < bestCost) [best, bestCost] = [[upper, lower], cost];
  }
  return best ?? filledLines(texts, rules.lineCharacters);
}

function filledLines(texts: readonly string[], characters: number): readonly string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const line = lines[lines.length - 1];
    if (line !== undefined && line.length + 1 + text.length <= characters) lines[lines.length - 1] = `${line} ${text}`;
    else lines.push(text);
  }
  return lines;
}
