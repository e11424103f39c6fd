import { useEffect, useState } from 'react';
import { speakerName } from '../../../core/analysis/diarize.ts';
import type { SpeakerEntry } from '../../../core/contract/people.ts';
import type { MediaId } from '../../../core/media/media.ts';
import { useEngine } from '../../engine-context.ts';
import { useAnalysisStore } from '../../stores/analysis.ts';
import { toastFailure } from '../../stores/toasts.ts';

type KnownSpeakers = {
  /** Names that were given to the voices of a file, by their numbers in it. */
  readonly names: ReadonlyMap<number, string>;
  /** Who they are, by what they are called. */
  readonly ids: ReadonlyMap<string, string>;
};

/** Who is heard in a file. */
export function useSpeakerNames(mediaId: MediaId): KnownSpeakers {
  const heard = useAnalysisStore((state) => state.results.get(mediaId));
  const engine = useEngine();
  const [names, setNames] = useState<KnownSpeakers>({ names: new Map(), ids: new Map() });
  useEffect(() => {
    let wanted = true;
    engine.client.speakers.list().then(
      (speakers) => {
        if (wanted) setNames(namesIn(speakers, mediaId));
      },
      (error: unknown) => toastFailure('The names of speakers could not be read.', error),
    );
    return () => {
      wanted = false;
    };
    // What is known of the file changes whenever somebody gets another name.
  }, [engine, mediaId, heard]);
  return names;
}

function namesIn(speakers: readonly SpeakerEntry[], mediaId: MediaId): KnownSpeakers {
  const own = speakers.flatMap(({ id, name, appearances }) =>
    appearances.flatMap((voice) => (voice.mediaId === mediaId ? [{ id, name, speaker: voice.speaker }] : [])),
  );
  const names = new Map(own.flatMap(({ name, speaker }) => (name === null ? [] : [[speaker, name] as const])));
  return { names, ids: new Map(own.map(({ id, speaker }) => [speakerName(speaker, names), id])) };
}
