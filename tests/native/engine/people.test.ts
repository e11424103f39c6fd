import { createRouterClient } from '@orpc/server';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FacePrintsResult, FacesResult } from '../../../core/analysis/results.ts';
import type { MediaFacts, MediaId } from '../../../core/media/media.ts';
import { flicks } from '../../../core/time/flicks.ts';
import { makeCaller } from '../../../native/engine/caller.ts';
import { peopleRoom } from '../../../native/engine/people-room.ts';
import type { Project } from '../../../native/project/project.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { openTestProject } from '../open-test-project.ts';

const facts = (hash: string): MediaFacts => ({
  ...{ kind: 'video', container: 'mov', duration: flicks(705_600_000), video: [], audio: [], remarks: [] },
  fingerprint: { sizeBytes: 10, sampledSha256: hash },
});

/** Faces as an angle in a plane: 0° and 10° are one person, 90° is another. */
function seeFaces(project: Project, id: MediaId, faces: readonly (readonly [number, number, number])[]): void {
  const path = { kind: 'model', model: 'test' } as const;
  const stamp = { analyserVersion: 1, path };
  const box = { x: 0.4, y: 0.2, w: 0.1, h: 0.2 };
  const tracks = faces.map(([, firstFrame, lastFrame], index) => ({
    ...{ id: index, firstFrame, lastFrame, confidence: 0.9, portraits: [] },
    seen: [
      { frame: firstFrame, box, score: 0.9 },
      { frame: lastFrame, box: { ...box, w: 0.3 }, score: 0.9 },
    ],
  }));
  const found: FacesResult = { ...stamp, analyserId: 'faces', kind: 'faces', stride: 1, tracks };
  const prints = faces.map(([degrees, firstFrame, lastFrame], trackId) => {
    const angle = (degrees * Math.PI) / 180;
    return { trackId, firstFrame, lastFrame, vector: [Math.cos(angle), Math.sin(angle)] };
  });
  const printed: FacePrintsResult = { ...stamp, analyserId: 'face-prints', kind: 'face-prints', prints };
  project.analysis.save(id, found);
  project.analysis.save(id, printed);
}

function clientOf(project: Project) {
  return createRouterClient(peopleRoom(makeCaller(false), { project }));
}

const shown = (people: Awaited<ReturnType<ReturnType<typeof clientOf>['list']>>) =>
  people.map(({ name, appearances }) => [name, appearances.map(({ id }) => id.slice(id.indexOf(' ') + 1))]);

it('people are found across files, named, merged and split, and stay so when the project is opened again', async () => {
  const path = join(temporaryFolder(), 'film.montage');
  const project = await openTestProject(path);
  const [a, b] = [project.media.add('/a.mov', facts('aa')), project.media.add('/b.mov', facts('bb'))];
  seeFaces(project, a.id, [
    [0, 0, 99],
    [90, 0, 49],
  ]);
  seeFaces(project, b.id, [
    [10, 5, 54],
    [88, 60, 69],
  ]);
  const people = clientOf(project);
  const [first, second] = await people.list();
  if (first === undefined || second === undefined) throw new Error('two people');
  expect(shown([first, second])).toEqual([
    [null, expect.arrayContaining(['0 0', '5 0'])],
    [null, expect.arrayContaining(['0 1', '60 1'])],
  ]);
  // The larger look.
  expect(first.appearances[0]?.looks.map(({ box }) => box.w)).toEqual([0.3, 0.1]);

  expect(shown(await people.name({ personId: first.id, name: ' Ann ' }))[0]?.[0]).toBe('Ann');
  const merged = await people.merge({ personId: first.id, otherId: second.id });
  expect(merged).toHaveLength(1);
  expect(merged[0]).toMatchObject({ name: 'Ann' });
  const [all] = merged;
  const leaving = all?.appearances.filter(({ id }) => second.appearances.some((one) => one.id === id)) ?? [];
  const apart = await people.split({ personId: all?.id ?? '', appearanceIds: leaving.map(({ id }) => id) });
  expect(apart).toHaveLength(2);
  expect(apart[0]?.name).toBe('Ann');
  await expect(people.name({ personId: 'nobody', name: 'Eve' })).rejects.toThrow('there is no such person');
  project.close();

  const again = await openTestProject(path);
  expect(await clientOf(again).list()).toEqual(apart);
});
