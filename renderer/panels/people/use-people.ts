import { useCallback, useEffect, useState } from 'react';
import type { PersonEntry } from '../../../core/contract/people.ts';
import type { ModelEntry } from '../../../core/contract/understanding.ts';
import { useEngine } from '../../engine-context.ts';
import { toastFailure } from '../../stores/toasts.ts';

export type People = {
  readonly people: readonly PersonEntry[];
  /** Models that finding people needs and that are not here. */
  readonly missing: readonly ModelEntry[];
  readonly name: (person: PersonEntry, name: string) => void;
  readonly merge: (person: PersonEntry, other: PersonEntry) => void;
  readonly split: (person: PersonEntry, appearanceId: string) => void;
};

const NEEDED: ReadonlySet<string> = new Set(['yunet', 'sface']);
const TELLING: ReadonlySet<string> = new Set(['face-prints', 'faces']);

/** Who is seen, read again whenever faces are found or models come. */
export function usePeople(): People {
  const engine = useEngine();
  const { client } = engine;
  const [people, setPeople] = useState<readonly PersonEntry[]>([]);
  const [missing, setMissing] = useState<readonly ModelEntry[]>([]);
  const read = useCallback(() => {
    Promise.all([client.people.list(), client.models.list()])
      .then(([found, models]) => {
        setPeople(found);
        setMissing(models.filter(({ id, state }) => NEEDED.has(id) && state !== 'ready'));
      })
      .catch((error: unknown) => toastFailure('The people could not be read.', error));
  }, [client]);
  useEffect(() => {
    read();
    return engine.onEvent((event) => {
      const isOfFaces = event.kind === 'analysisChanged' && event.kinds.some((kind) => TELLING.has(kind));
      const isModel = event.kind === 'jobChanged' && event.job.kind === 'model' && event.job.state === 'done';
      if (isOfFaces || isModel || event.kind === 'mediaRemoved') read();
    });
  }, [engine, read]);
  const told = (what: string, answer: Promise<readonly PersonEntry[]>) => {
    answer.then(setPeople).catch((error: unknown) => toastFailure(what, error));
  };
  return {
    people,
    missing,
    name: ({ id }, name) => told('The name could not be kept.', client.people.name({ personId: id, name })),
    merge: ({ id }, other) =>
      told('The two could not be made one.', client.people.merge({ personId: id, otherId: other.id })),
    split: ({ id }, appearanceId) =>
      told('It could not be taken out.', client.people.split({ personId: id, appearanceIds: [appearanceId] })),
  };
}
