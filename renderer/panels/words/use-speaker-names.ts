import { useEffect, useState } from 'react';
import type { SpeakerEntry } from '../../../core/contract/people.ts';
import type { MediaId } from '../../../core/media/media.ts';
import { useEngine } from '../../engine-context.ts';
import { useAnalysisStore } from '../../stores/analysis.ts';
import { toastFailure } from '../../stores/toasts.ts';

/** Names that were given to the voices of a file, by their numbers in it. */
export function useSpeakerNames(mediaId: MediaId): ReadonlyMap<number, string> {
  const heard = useAnalysisStore((state) => state.results.get(mediaId));
  const engine = useEngine();
  const [names, setNames] = useState<ReadonlyMap<number, string>>(new Map());
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

function namesIn(speakers: readonly SpeakerEntry[], mediaId: MediaId): ReadonlyMap<number, string> {
  return new Map(
    speakers.flatMap(({ name, appearances }) =>
      name === null
        ? []
        : appearances.flatMap((voice) => (voice.mediaId === mediaId ? [[voice.speaker, name] as const] : [])),
    ),
  );
}
