import { useEffect, useState } from 'react';
import type { TranscriptResult } from '../../../core/analysis/results.ts';
import type { MediaEntry } from '../../../core/contract/model.ts';
import type { KeptTranscript, ModelEntry } from '../../../core/contract/understanding.ts';
import { transcriptName, type TranscriptSource } from '../../../core/transcript/transcript.ts';
import type { Engine } from '../../engine.ts';
import { useEngine } from '../../engine-context.ts';
import { chooseCaptions } from '../../footage-in.ts';
import { plural } from '../../format.ts';
import { shellBridge } from '../../shell/bridge.ts';
import { toastFailure, useToastsStore } from '../../stores/toasts.ts';
import { Select, type SelectOption } from '../../ui/select.tsx';
import { useUnderstanding } from '../../use-understanding.ts';

type WordsSourceProps = { readonly entry: MediaEntry; readonly transcript: TranscriptResult };

/** Whose words these are; another transcript can be taken, read, heard or voted in their place, and they can be saved. */
export function WordsSource({ entry, transcript }: WordsSourceProps) {
  const engine = useEngine();
  const { id: mediaId } = entry.media;
  const kept = useKept(entry, transcript);
  const { models } = useUnderstanding(mediaId);
  const inUse = transcriptName(transcript);
  const take = (value: string) => {
    const { media } = engine.client;
    const [kind, name = ''] = value.split(/:(.*)/u);
    if (kind === 'read') chooseCaptions(mediaId);
    if (kind === 'take') {
      media
        .takeTranscript({ mediaId, name })
        .catch((error: unknown) => toastFailure(`“${name}” could not be taken.`, error));
    }
    if (kind === 'vote') {
      media
        .voteTranscripts({ mediaId, paths: [] })
        .catch((error: unknown) => toastFailure('The transcripts could not be voted.', error));
    }
    if (kind === 'save') void saveWords(engine, entry.media, name === 'txt' ? 'txt' : 'srt');
    if (kind === 'hear') {
      media.hear({ mediaId, model: name }).then(
        () =>
          useToastsStore.getState().add({ kind: 'note', text: `Listening. What is heard is kept beside these words.` }),
        (error: unknown) => toastFailure('It could not be listened to.', error),
      );
    }
  };
  return (
    <Select
      label="Transcript in use"
      value={inUse === undefined ? 'vote' : `take:${inUse}`}
      options={optionsOf(transcript, kept, [...models.values()])}
      onChange={take}
      className="max-w-3/5 shrink-0"
    />
  );
}

function optionsOf(
  transcript: TranscriptResult,
  kept: readonly KeptTranscript[],
  models: readonly ModelEntry[],
): readonly SelectOption[] {
  const { source, words } = transcript;
  const all = kept.map(
    (one): SelectOption => ({
      ...{ value: `take:${one.name}`, label: originText(one.source), note: plural(one.words, 'word') },
    }),
  );
  const shown = transcriptName(transcript);
  const isListed = shown === undefined || kept.some(({ name }) => name === shown);
  const present = isListed
    ? []
    : [{ value: `take:${shown}`, label: originText(source), note: plural(words.length, 'word') }];
  const heard = new Set(kept.map(({ name }) => name));
  const recognisers = models.filter(
    ({ id, state }) => id.startsWith('whisper-') && state === 'ready' && !heard.has(id),
  );
  return [
    ...present,
    ...all,
    ...(kept.length > 1 || source.kind === 'merged'
      ? [{ value: 'vote', label: `Voted from ${plural(kept.length, 'transcript')}`, note: 'Word by word' }]
      : []),
    ...recognisers.map(({ id, name }) => ({ value: `hear:${id}`, label: `Listen with ${name}`, isAction: true })),
    { value: 'read', label: 'Read captions…', isAction: true },
    { value: 'save:srt', label: 'Save as captions', note: 'SubRip (SRT), with who speaks', isAction: true },
    { value: 'save:txt', label: 'Save as text', note: 'Paragraphs, with who speaks', isAction: true },
  ];
}

/** Where the system cannot ask for a place, the words go beside the project. */
async function saveWords(engine: Engine, { id: mediaId, name }: MediaEntry['media'], format: 'srt' | 'txt') {
  const bridge = shellBridge();
  const chosen = await bridge?.pickSavePath(`${name.replace(/\.[^.]*$/u, '')}.${format}`);
  if (chosen === null) return;
  try {
    const { path } = await engine.client.media.writeWords({ mediaId, path: chosen, format });
    useToastsStore.getState().add({ kind: 'note', text: `Saved to “${path}”.` });
  } catch (error) {
    toastFailure('The words could not be saved.', error);
  }
}

/** The transcripts that are kept of a file, read again whenever another is in use or has come. */
function useKept(entry: MediaEntry, transcript: TranscriptResult): readonly KeptTranscript[] {
  const engine = useEngine();
  const [kept, setKept] = useState<readonly KeptTranscript[]>([]);
  const { id: mediaId } = entry.media;
  const { states } = useUnderstanding(mediaId);
  useEffect(() => {
    let wanted = true;
    engine.client.media.transcripts({ mediaId }).then(
      (found) => {
        if (wanted) setKept(found);
      },
      (error: unknown) => toastFailure('The transcripts of this clip could not be read.', error),
    );
    return () => {
      wanted = false;
    };
  }, [engine, mediaId, transcript, states]);
  return kept;
}

function originText(source: TranscriptSource): string {
  switch (source.kind) {
    case 'recogniser':
      return `Heard by ${source.model}`;
    case 'imported':
      return `Read from ${source.fileName}`;
    case 'merged':
      return `Voted from ${plural(source.transcripts, 'transcript')}`;
  }
}
