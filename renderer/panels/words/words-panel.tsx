import { useMemo, useState } from 'react';
import { resultOf, type TranscriptResult } from '../../../core/analysis/results.ts';
import type { MediaEntry } from '../../../core/contract/model.ts';
import { speakersOfWords } from '../../../core/transcript/speakers-of-words.ts';
import { plural } from '../../format.ts';
import { useLibraryStore } from '../../stores/library.ts';
import { usePlayerStore } from '../../stores/player.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { useAnalysis } from '../../use-analysis.ts';
import { useSpeakerNames } from './use-speaker-names.ts';
import { WordsSource } from './words-source.tsx';
import { NoWords } from './no-words.tsx';
import { findWords, isUnsure } from './paragraphs.ts';
import { WordsText } from './words-text.tsx';

/** What is said in the chosen clip, to read, find and mark. */
export function WordsPanel() {
  const chosen = useLibraryStore((state) => state.selected.at(-1));
  const opened = usePlayerStore((state) => state.sourceId);
  const id = chosen ?? opened;
  const entry = useLibraryStore((state) => (id === null ? undefined : state.entries.get(id)));
  const results = useAnalysis(entry);
  if (entry === undefined) return <EmptyState>Choose a clip to read what is said in it.</EmptyState>;
  const analysis = { mediaId: entry.media.id, results: results ?? [] };
  const transcript = resultOf(analysis, 'transcript');
  if (transcript === undefined) return <NoWords key={entry.media.id} entry={entry} />;
  if (transcript.words.length === 0) return <EmptyState>No speech found in this clip.</EmptyState>;
  const turns = resultOf(analysis, 'speakers')?.turns;
  return <Spoken key={entry.media.id} entry={entry} transcript={transcript} turns={turns} />;
}

type SpokenProps = {
  readonly entry: MediaEntry;
  readonly transcript: TranscriptResult;
  readonly turns: Parameters<typeof speakersOfWords>[1] | undefined;
};

function Spoken({ entry, transcript, turns }: SpokenProps) {
  const [phrase, setPhrase] = useState('');
  const [at, setAt] = useState(0);
  const { names, ids } = useSpeakerNames(entry.media.id);
  const words = useMemo(() => speakersOfWords(transcript.words, turns ?? [], names), [transcript, turns, names]);
  const found = useMemo(() => findWords(words, phrase), [words, phrase]);
  const current = found[Math.min(at, found.length - 1)];
  const step = (by: number) => setAt((index) => (index + by + found.length) % Math.max(1, found.length));
  return (
    <section aria-label="Words" className="flex h-full flex-col bg-g2">
      <div className="flex h-9 shrink-0 items-center gap-2 px-2.5">
        <SearchField
          label="Find in the words of this clip"
          placeholder="Find"
          value={phrase}
          onChange={(value) => {
            setPhrase(value);
            setAt(0);
          }}
          onStep={step}
        />
        <span aria-live="polite" className="shrink-0 text-dense text-g8 tabular-nums">
          {phrase.trim() === '' ? plural(words.length, 'word') : toldFound(found.length, at)}
        </span>
      </div>
      <WordsText
        entry={entry}
        words={words}
        found={found}
        phraseWords={wordsOf(phrase)}
        current={current}
        speakers={ids}
      />
      <div className="flex items-center gap-2 border-t border-g3 px-2.5 py-1 text-dense text-g8">
        <WordsSource entry={entry} transcript={transcript} />
        <Remarks {...transcript} words={words} />
      </div>
    </section>
  );
}

function wordsOf(phrase: string): number {
  return phrase.split(/\s+/).filter((word) => word !== '').length;
}

function toldFound(count: number, at: number): string {
  return count === 0 ? 'not said' : `${Math.min(at, count - 1) + 1} of ${count}`;
}

/** What is not sure about the words; the narrower the panel, the less of it is told, but whose words they are always is. */
function Remarks({ timing, words }: Pick<TranscriptResult, 'timing' | 'words'>) {
  const unsure = words.filter(isUnsure).length;
  const remarks = [...(unsure === 0 ? [] : [`${unsure} unsure`]), ...(timing === 'spread' ? ['times estimated'] : [])];
  if (remarks.length === 0) return null;
  const title = timing === 'spread' ? 'The times of captions are spread over their words.' : undefined;
  return (
    <span className="min-w-0 truncate" title={title}>
      {remarks.join(' · ')}
    </span>
  );
}
