import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { frameAt, startOfFrame, type SourceFrames } from '../../../core/media/frames.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { formatTimecode } from '../../../core/time/timecode.ts';
import type { Word } from '../../../core/transcript/transcript.ts';
import { showSource } from '../../open-source.ts';
import { SOUND_STEPS } from '../../player/composition.ts';
import { sourceCounting } from '../../source-counting.ts';
import { markSource, usePlayerStore } from '../../stores/player.ts';
import { classNames } from '../../ui/class-names.ts';
import { useSources } from '../timeline/timeline-model.ts';
import { SpeakerLabel } from './speaker-label.tsx';
import { isUnsure, paragraphsOf, wordAt, type Paragraph, type WordMark } from './paragraphs.ts';

type WordsTextProps = {
  readonly entry: MediaEntry;
  readonly words: readonly Word[];
  /** First words of what was looked for, how many words that has, and the one to show. */
  readonly found: readonly number[];
  readonly phraseWords: number;
  readonly current: number | undefined;
  /** Who can be given a name, by what they are called. */
  readonly speakers: ReadonlyMap<string, string>;
};

/** Words from the first to the last index, both inclusive, in either order. */
type Selection = { readonly anchor: number; readonly end: number };

/** The text of a clip: a click shows the word in the viewer, words that are dragged over become in and out. */
export function WordsText({ entry, words, found, phraseWords, current, speakers }: WordsTextProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { paragraphs, marks } = useMemo(() => paragraphsOf(words), [words]);
  const frames = useSources().source(entry.media.id)?.frames ?? SOUND_STEPS;
  const said = useSaid(entry, words, frames);
  const { selection, ...handlers } = useWordSelection(entry, words, frames, said);
  const hits = useMemo(
    () => new Set(found.flatMap((first) => Array.from({ length: phraseWords }, (_, offset) => first + offset))),
    [found, phraseWords],
  );
  const hit = { first: current ?? 0, end: current === undefined ? 0 : current + phraseWords };
  const rows = useVirtualizer({
    count: paragraphs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 96,
    overscan: 4,
  });
  const shown = current ?? (said >= 0 ? said : undefined);
  useEffect(() => {
    const row = shown === undefined ? -1 : paragraphs.findIndex(({ last }) => shown < last);
    if (row >= 0) rows.scrollToIndex(row, { align: 'auto' });
  }, [shown, paragraphs, rows]);
  const counting = sourceCounting(entry.media);
  const timecodeOf = (word: Word | undefined) =>
    formatTimecode(counting.first + (word === undefined ? 0 : frameAt(frames, word.start)), counting.format);
  return (
    <div
      ref={scroller}
      role="textbox"
      aria-readonly
      aria-multiline
      aria-label={`What is said in ${entry.media.name}`}
      tabIndex={0}
      className="min-h-0 flex-1 overflow-y-auto -outline-offset-2 select-none"
      {...handlers}
    >
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const paragraph = paragraphs[row.index];
          return (
            paragraph !== undefined && (
              <div
                key={row.key}
                ref={rows.measureElement}
                data-index={row.index}
                className="absolute inset-x-0 px-2.5 py-1.5"
                style={{ top: row.start }}
              >
                <Head timecode={timecodeOf(words[paragraph.first])} speaker={paragraph.speaker} speakers={speakers} />
                <Text paragraph={paragraph} words={words} look={{ marks, hits, hit, said, selection }} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

type HeadProps = Pick<WordsTextProps, 'speakers'> & { readonly timecode: string; readonly speaker: string | null };

function Head({ timecode, speaker, speakers }: HeadProps) {
  return (
    <p className="flex items-baseline gap-2 text-dense text-g8">
      <span className="tabular-nums">{timecode}</span>
      {speaker !== null && <SpeakerLabel label={speaker} speakerId={speakers.get(speaker)} />}
    </p>
  );
}

type Look = {
  readonly marks: ReadonlyMap<number, WordMark>;
  readonly hits: ReadonlySet<number>;
  /** The one to show. */
  readonly hit: { readonly first: number; readonly end: number };
  readonly said: number;
  readonly selection: Selection | null;
};

function Text({
  paragraph,
  words,
  look,
}: {
  readonly paragraph: Paragraph;
  readonly words: readonly Word[];
  readonly look: Look;
}) {
  return (
    <p className="text-reason text-g10">
      {words.slice(paragraph.first, paragraph.last).map((word, offset) => {
        const index = paragraph.first + offset;
        return (
          <span
            key={index}
            data-word={index}
            title={titleOf(word, look.marks.get(index))}
            className={toneOf(index, look)}
          >
            <span className={isUnsure(word) ? 'underline decoration-warn decoration-dotted' : undefined}>
              {word.text}
            </span>{' '}
          </span>
        );
      })}
    </p>
  );
}

function toneOf(index: number, { marks, hits, hit, said, selection }: Look): string {
  const isSelected =
    selection !== null &&
    index >= Math.min(selection.anchor, selection.end) &&
    index <= Math.max(selection.anchor, selection.end);
  const mark = marks.get(index);
  return classNames(
    'cursor-text',
    isSelected
      ? 'bg-row-selected'
      : index >= hit.first && index < hit.end
        ? 'bg-g6'
        : hits.has(index)
          ? 'bg-g5'
          : index === said && 'bg-g4',
    mark !== undefined && 'text-g7',
    mark === 'repeated-take' && 'line-through',
  );
}

function titleOf(word: Word, mark: WordMark | undefined): string | undefined {
  if (mark === 'filler') return 'Fills a pause';
  if (mark === 'repeated-take') return 'Said again later';
  return isUnsure(word) ? 'Not heard clearly' : undefined;
}

/** The word that is said where the source viewer stands in this clip; -1 where it shows something else. */
function useSaid(entry: MediaEntry, words: readonly Word[], frames: SourceFrames): number {
  return usePlayerStore((state) =>
    state.mode === 'source' && state.sourceId === entry.media.id
      ? wordAt(words, startOfFrame(frames, state.frames.source))
      : -1,
  );
}

/** Pointer and keys on words; what is selected is marked in the source viewer, so that every edit takes it. */
function useWordSelection(entry: MediaEntry, words: readonly Word[], frames: SourceFrames, said: number) {
  const [selection, setSelection] = useState<Selection | null>(null);
  const select = (next: Selection, drag: boolean) => {
    setSelection(next);
    const [first, last] = [words[Math.min(next.anchor, next.end)], words[Math.max(next.anchor, next.end)]];
    if (first === undefined || last === undefined) return;
    const moved = words[next.end];
    if (!drag && moved !== undefined) showSource(entry.media.id, frameAt(frames, moved.start));
    if (usePlayerStore.getState().sourceId !== entry.media.id) return;
    // The last frame in which the word can be heard: its end is exclusive.
    const out = frameAt(frames, flicks(Math.max(first.start, last.end - 1)));
    markSource(next.anchor === next.end ? { in: null, out: null } : { in: frameAt(frames, first.start), out });
  };
  return {
    selection,
    onPointerDown(event: PointerEvent<HTMLElement>) {
      const index = wordUnder(event);
      if (event.button !== 0 || index === undefined) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      select({ anchor: event.shiftKey && selection !== null ? selection.anchor : index, end: index }, false);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const index = event.buttons === 1 ? wordUnder(event) : undefined;
      if (index === undefined || selection === null || index === selection.end) return;
      select({ anchor: selection.anchor, end: index }, true);
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (by === 0) return;
      event.preventDefault();
      event.stopPropagation();
      const from = selection?.end ?? said;
      const end = Math.min(Math.max(from + by, 0), words.length - 1);
      select({ anchor: event.shiftKey && selection !== null ? selection.anchor : end, end }, false);
    },
  };
}

/** The word at the pointer: while it is captured, events name the text as a whole. */
function wordUnder({ clientX, clientY }: PointerEvent<HTMLElement>): number | undefined {
  const element = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>('[data-word]');
  return element?.dataset['word'] === undefined ? undefined : Number(element.dataset['word']);
}
