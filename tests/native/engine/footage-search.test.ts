import { expect, it, onTestFinished } from 'vitest';
import type { MediaFacts } from '../../../core/media/media.ts';
import type { SearchQuery } from '../../../core/search/query.ts';
import { flicks, flicksFromSeconds, secondsOf } from '../../../core/time/flicks.ts';
import { rational } from '../../../core/time/rational.ts';
import { footageSearch } from '../../../native/engine/footage-search.ts';
import { keepSpeakersNamed } from '../../../native/engine/speakers-room.ts';
import { madeFilm, wordsFrom } from '../../core/search/made-moments.ts';
import { createModelHost } from '../../../native/models/model-host.ts';
import { openTestProject } from '../open-test-project.ts';

const facts = (hash: string): MediaFacts => ({
  ...{ kind: 'video', container: 'mov', duration: flicks(705_600_000 * 8), audio: [], remarks: [] },
  video: [
    {
      ...{ index: 0, codec: 'h264', pixelFormat: 'yuv420p', bitDepth: 8, width: 1920, height: 1080, rotation: 0 },
      ...{ sampleAspect: rational(1), timeBase: rational(1, 90_000), startTicks: 0, colour: { hdr: 'none' } },
      timing: { kind: 'constant', rate: rational(25), frameCount: 200 },
    },
  ],
  fingerprint: { sizeBytes: 10, sampledSha256: hash },
});

it('a project is searched by what is stored of it, and what is stored later is found at once', async () => {
  const project = await openTestProject();
  const media = project.media.add('/walk.mov', facts('aa'));
  project.media.add('/empty.mov', facts('bb'));
  const search = footageSearch({ project, models: createModelHost() });
  const ask = async (query: Partial<SearchQuery>) => {
    const { hits, paths } = await search({ variety: 0, limit: 10, offset: 0, ...query });
    return { hits: hits.map(({ kind, start, end }) => [kind, secondsOf(start), secondsOf(end)]), paths };
  };
  expect((await ask({ text: 'dog' })).hits).toEqual([]);
  const film = madeFilm('walk', [{ objects: ['cat'] }, { objects: ['dog'] }]);
  for (const result of film.analysis.results) project.analysis.save(media.id, result);
  expect((await ask({ text: 'dogs' })).hits).toEqual([['shot', 4, 8]]);
  const said = madeFilm('walk', [], wordsFrom(1, 'A story of dogs.')).analysis.results.find(
    ({ kind }) => kind === 'transcript',
  );
  if (said === undefined) throw new Error('words');
  project.analysis.save(media.id, said);
  expect((await ask({ text: 'story' })).hits).toEqual([['sentence', 1, 2.9]]);
  const like = await ask({ like: { mediaId: media.id, frame: 150 } });
  expect(like.hits).toEqual([
    ['shot', 0, 4],
    ['shot', 4, 8],
  ]);
  expect(like.paths.filter(({ used }) => used).map(({ path }) => path)).toEqual(['descriptor']);
  const nowhere = await ask({ like: { mediaId: media.id, frame: 5000 } });
  const way = nowhere.paths.find(({ path }) => path === 'descriptor');
  expect(way?.used).toBe(false);
  expect(way?.because).toContain('not been measured');
});

it('people are found by the names that the user gave them', async () => {
  const project = await openTestProject();
  const media = project.media.add('/walk.mov', facts('aa'));
  for (const result of madeFilm('walk', [{}, {}]).analysis.results) {
    if (result.kind !== 'faces') project.analysis.save(media.id, result);
  }
  const path = { kind: 'model', model: 'made' } as const;
  const seen = [{ frame: 100, box: { x: 0.4, y: 0.2, w: 0.1, h: 0.2 }, score: 0.9 }];
  const track = { id: 0, firstFrame: 100, lastFrame: 199, confidence: 0.9, portraits: [], seen };
  project.analysis.save(media.id, {
    analyserId: 'faces',
    analyserVersion: 1,
    kind: 'faces',
    path,
    stride: 1,
    tracks: [track],
  });
  const print = { trackId: 0, firstFrame: 100, lastFrame: 199, vector: [1, 0] };
  project.analysis.save(media.id, {
    analyserId: 'face-prints',
    analyserVersion: 1,
    kind: 'face-prints',
    path,
    prints: [print],
  });
  const search = footageSearch({ project, models: createModelHost() });
  const query = { text: 'Ann', variety: 0, limit: 10, offset: 0 };
  expect((await search(query)).hits).toEqual([]);
  project.people.decide([{ kind: 'name', print: `${media.id} 100 0`, name: 'Ann Lee' }]);
  const { hits } = await search(query);
  expect(hits.map(({ kind, start, reasons }) => [kind, secondsOf(start), reasons])).toEqual([
    ['shot', 4, [{ kind: 'person', term: 'ann', name: 'Ann Lee' }]],
  ]);
});

it('people are found where they are heard, by the names that the user gave their voices', async () => {
  const project = await openTestProject();
  const media = project.media.add('/walk.mov', facts('aa'));
  for (const result of madeFilm('walk', [{}, {}]).analysis.results) project.analysis.save(media.id, result);
  const turn = (speaker: number, second: number) => ({
    ...{ start: flicksFromSeconds(second), end: flicksFromSeconds(second + 2), speaker, confidence: 0.9 },
  });
  project.analysis.save(media.id, {
    ...{ kind: 'speakers', analyserId: 'speakers', analyserVersion: 9, path: { kind: 'signal', because: null } },
    ...{ speakers: 2, voices: [], turns: [turn(0, 1), turn(1, 5)] },
  });
  project.speakers.decide([{ kind: 'name', print: `${media.id} ${flicksFromSeconds(6)}`, name: 'Ann Lee' }]);
  onTestFinished(keepSpeakersNamed(project));
  const find = { measure: 'speaker' };
  const named = project.analysis.find({ find, during: [], order: 'time', limit: 9, offset: 0 });
  expect(named.found.map(({ label }) => label)).toEqual(['Speaker 1', 'Ann Lee']);
  const { hits } = await footageSearch({ project, models: createModelHost() })({
    ...{ text: 'Ann', variety: 0, limit: 10, offset: 0 },
  });
  expect(hits.map(({ kind, start }) => [kind, secondsOf(start)])).toEqual([['shot', 4]]);
  // A file that is heard anew is called by the names that were given, and an unnamed one by numbers again.
  project.analysis.save(media.id, {
    ...{ kind: 'speakers', analyserId: 'speakers', analyserVersion: 10, path: { kind: 'signal', because: null } },
    ...{ speakers: 2, voices: [], turns: [turn(1, 1), turn(0, 5)] },
  });
  const again = project.analysis.find({ find, during: [], order: 'time', limit: 9, offset: 0 });
  expect(again.found.map(({ label }) => label)).toEqual(['Speaker 2', 'Ann Lee']);
});
