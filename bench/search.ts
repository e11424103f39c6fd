import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { halfPicture } from '../core/analysis/camera-motion.ts';
import { OBJECT_LABELS } from '../core/analysis/object-detector.ts';
import { descriptorDistance, pictureDescriptor } from '../core/analysis/picture-scores.ts';
import type { AnalysisResult } from '../core/analysis/results.ts';
import { NEAR_DUPLICATE } from '../core/analysis/shot-scores.ts';
import type { SourceFrames } from '../core/media/frames.ts';
import { mediaId, primaryVideo, type Media } from '../core/media/media.ts';
import { momentsOf, type Moment } from '../core/search/moments.ts';
import { searchMoments, type SearchMaterial, type VectorList } from '../core/search/search.ts';
import { cosineOf, unitVector, unpackVector } from '../core/search/vectors.ts';
import { readTranscript } from '../core/transcript/read-transcript.ts';
import { TRANSCRIPT_ANALYSER } from '../core/transcript/transcript.ts';
import { facesAnalyser } from '../native/analysers/faces.ts';
import type { AnalyserInput } from '../native/analysers/model-analyser.ts';
import { objectsAnalyser } from '../native/analysers/objects.ts';
import { pictureEmbeddingsAnalyser } from '../native/analysers/picture-embeddings.ts';
import { sentenceEmbeddingsAnalyser } from '../native/analysers/sentence-embeddings.ts';
import { ArtifactStore } from '../native/artifacts/store.ts';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { runFfmpeg } from '../native/ffmpeg/run.ts';
import { randomIds } from '../native/ids.ts';
import { probe } from '../native/media/probe.ts';
import { findModel, type ReadyModel } from '../native/models/find-model.ts';
import { IMAGE_TEXT_MODEL, openTextEmbedding } from '../native/models/image-text.ts';
import { createModelHost } from '../native/models/model-host.ts';
import { openSentenceModel, SENTENCE_MODEL } from '../native/models/sentence-model.ts';
import { madeFilm, wordsFrom } from '../tests/core/search/made-moments.ts';
import { mediaRoot, modelsRoot } from '../tests/media-root.ts';
import { inputFor, runAnalyser } from '../tests/native/analysers/analyse-file.ts';
import { HEIGHT, picturesOf, planesOf, uncutFiles, WIDTH } from '../tests/native/ingest/shot-scenes.ts';
import { writeResults } from './results.ts';
import { LABELLED_QUERIES, SAID, SEARCHED_FILES } from './search-queries.ts';

/**
 * Near-duplicates of real shots, retrieval over labelled real footage without names of files, and what a search costs.
 * With weights of CLIP or MiniLM in MONTAGE_MODELS_DIR the same queries are asked with them too.
 */
type Row = { readonly what: string; readonly measured: number | null; readonly note: string };
const rows: Row[] = [];
const tell = (what: string, measured: number | null, note = '') => void rows.push({ what, measured, note });
const folder = mkdtempSync(join(tmpdir(), 'montage-bench-search-'));
const host = createModelHost();
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Changes that leave it the same shot. */
const VARIANTS: readonly (readonly [string, string])[] = [
  ['a quarter of the size', 'scale=iw/4:-2,'],
  ['a little lighter', 'eq=brightness=0.05,'],
  ['a little more contrast', 'eq=contrast=1.1,'],
  ['cropped by 2.5 % on each side', 'crop=iw*0.95:ih*0.95,'],
  ['cropped by 5 % on each side', 'crop=iw*0.9:ih*0.9,'],
];

/** Frames of each shot of which three are described. */
const LOOKED_AT = 60;

async function looksOf(path: string, filter = ''): Promise<readonly (readonly number[])[]> {
  const pictures = await picturesOf(path, `trim=end_frame=${LOOKED_AT},${filter}`);
  return [0.2, 0.5, 0.8].flatMap((part) => {
    const picture = pictures[Math.floor(part * pictures.length)];
    if (picture === undefined) return [];
    const planes = planesOf(picture);
    return [[...pictureDescriptor(planes, halfPicture(planes.y, WIDTH, HEIGHT))]];
  });
}

async function nearDuplicates(root: string): Promise<void> {
  const files = uncutFiles(root).filter((file) => !/black_silent|two_men|traffic_720p_vfr/.test(file));
  const originals: (readonly (readonly number[])[])[] = [];
  for (const file of files) originals.push(await looksOf(file));
  const isSame = (a: readonly number[] | undefined, b: readonly number[] | undefined) =>
    descriptorDistance(a ?? [], b ?? []) < NEAR_DUPLICATE;
  const recall = async (
    name: string,
    looks: (file: string, index: number) => Promise<readonly (readonly number[])[]>,
  ) => {
    let [found, all] = [0, 0];
    for (const [index, file] of files.entries()) {
      for (const [at, look] of (await looks(file, index)).entries()) {
        all++;
        if (isSame(look, originals[index]?.[at])) found++;
      }
    }
    tell(`near-duplicates found: ${name}`, found / all, `${all} pictures of ${files.length} real shots`);
  };
  for (const [name, filter] of VARIANTS) await recall(name, (file) => looksOf(file, filter));
  await recall('encoded again, hard (H.264, crf 36, 360 lines)', async (file, index) => {
    const again = join(folder, `again-${index}.mp4`);
    const size = `trim=end_frame=${LOOKED_AT},scale=-2:360`;
    const args = ['-y', '-i', file, '-map', '0:v:0', '-vf', size, '-an', '-threads', '2'];
    const coded = ['-fps_mode', 'passthrough', '-c:v', 'libx264', '-crf', '36', '-preset', 'veryfast', again];
    await runFfmpeg(await findFfmpeg(), { args: [...args, ...coded], stage: 'bench' });
    return looksOf(again);
  });
  let [wrong, pairs] = [0, 0];
  originals.forEach((looks, one) =>
    originals.slice(one + 1).forEach((others) => {
      for (const a of looks) for (const b of others) [pairs, wrong] = [pairs + 1, wrong + (isSame(a, b) ? 1 : 0)];
    }),
  );
  tell('other shots taken for near-duplicates', wrong / pairs, `${pairs} pairs of pictures of different files`);
}

type Searched = {
  readonly file: string;
  readonly moments: readonly Moment[];
  readonly results: readonly AnalysisResult[];
};

/** Frames by the file's mean rate: the bench asks which file is found, not when. */
function framesOf(media: Media): SourceFrames | undefined {
  const timing = primaryVideo(media)?.timing;
  if (timing === undefined || timing.kind === 'still') return timing;
  const rate = timing.kind === 'constant' ? timing.rate : timing.averageRate;
  return { kind: 'constant', rate, frameCount: timing.frameCount };
}

/** A file without pictures, of which only the words count here. */
async function soundInput(path: string, models: ReadonlyMap<string, ReadyModel>): Promise<AnalyserInput> {
  const media = { ...(await probe(path)), id: mediaId(path), name: path, path, online: true };
  const artifacts = new ArtifactStore(join(folder, 'artifacts'), randomIds);
  const analysis = { mediaId: media.id, results: [] };
  return { media, analysis, models, frames: undefined, sound: undefined, artifacts };
}

async function readFile(root: string, file: string, ready: ReadonlyMap<string, ReadyModel>): Promise<Searched> {
  const needed = ['yolox-nano', 'yunet', IMAGE_TEXT_MODEL, SENTENCE_MODEL];
  const models = modelsRoot ?? '/nowhere';
  const all = ['shots', 'shot-scores'];
  const path = join(root, file);
  let input = file.startsWith('audio/')
    ? await soundInput(path, ready)
    : await inputFor({ path, folder: join(folder, 'artifacts'), models }, needed, all);
  const said = SAID[file];
  const add = (result: AnalysisResult) => {
    const { mediaId: id, results } = input.analysis;
    input = { ...input, analysis: { mediaId: id, results: [...results, result] } } satisfies AnalyserInput;
  };
  if (said !== undefined) {
    const transcript = readTranscript('txt', said, 'said.txt', { duration: input.media.duration });
    add({ kind: 'transcript', ...TRANSCRIPT_ANALYSER, ...transcript });
  }
  if (input.frames !== undefined && modelsRoot !== undefined) {
    add(await runAnalyser(facesAnalyser, input, host));
    add(await runAnalyser(objectsAnalyser, input, host));
    if (ready.has(IMAGE_TEXT_MODEL)) add(await runAnalyser(pictureEmbeddingsAnalyser, input, host));
  }
  if (said !== undefined && ready.has(SENTENCE_MODEL)) add(await runAnalyser(sentenceEmbeddingsAnalyser, input, host));
  const { analysis, media } = input;
  const named = { analysis: { ...analysis, mediaId: mediaId(file) }, name: 'clip', frames: framesOf(media) };
  return {
    file,
    moments: momentsOf({ ...named, duration: media.duration, kind: media.kind }),
    results: analysis.results,
  };
}

/** How well queries are answered: mean average precision over files, and how often the first file is right. */
async function retrieval(
  name: string,
  searched: readonly Searched[],
  vectorsFor: (text: string) => Promise<readonly VectorList[]>,
): Promise<void> {
  const moments = searched.flatMap((one) => one.moments);
  const scores = new Map<string, { readonly precision: number; readonly first: number }[]>();
  for (const { text, by, files } of LABELLED_QUERIES) {
    const vectors = await vectorsFor(text);
    const material: SearchMaterial = { moments, people: [], lexicon: { objects: OBJECT_LABELS, people: [] }, vectors };
    const { hits } = searchMoments({ text, variety: 0, limit: 1000, offset: 0 }, material);
    const ranked = [...new Set(hits.map((hit) => String(hit.mediaId)))];
    const places = files
      .map((file) => ranked.indexOf(file))
      .filter((place) => place >= 0)
      .toSorted((a, b) => a - b);
    const precision = places.reduce((sum, place, at) => sum + (at + 1) / (place + 1), 0) / files.length;
    const score = { precision, first: files.includes(ranked[0] ?? '') ? 1 : 0 };
    if (precision < 0.5)
      console.error(`  ${name}: '${text}' ${precision.toFixed(2)}: ${ranked.slice(0, 4).join(', ')}`);
    scores.set(by, [...(scores.get(by) ?? []), score]);
  }
  const known = [...scores].flatMap(([by, list]) => (by === 'none' ? [] : list));
  for (const [by, list] of [['all that can be known without CLIP', known] as const, ...scores]) {
    const label = by === 'none' ? 'needing a picture or meaning understood' : by;
    tell(
      `${name}: mean average precision, ${label}`,
      mean(list.map(({ precision }) => precision)),
      `${list.length} queries`,
    );
    tell(`${name}: first file right, ${label}`, mean(list.map(({ first }) => first)), `${list.length} queries`);
  }
}

async function withModels(searched: readonly Searched[], ready: ReadonlyMap<string, ReadyModel>): Promise<void> {
  const [clip, miniLm] = [ready.get(IMAGE_TEXT_MODEL), ready.get(SENTENCE_MODEL)];
  const embedText = clip === undefined ? undefined : await openTextEmbedding(clip);
  const embedSentence = miniLm === undefined ? undefined : await openSentenceModel(miniLm);
  const bySpan = new Map<string, readonly Float32Array[]>();
  for (const { file, results } of searched) {
    for (const result of results) {
      if (result.kind === 'picture-embeddings') {
        for (const one of result.frames) {
          const key = `${file} ${one.firstFrame}`;
          bySpan.set(key, [...(bySpan.get(key) ?? []), unpackVector(one.vector)]);
        }
      } else if (result.kind === 'sentence-embeddings') {
        for (const one of result.sentences) bySpan.set(one.text, [unpackVector(one.vector)]);
      }
    }
  }
  await retrieval(`with ${[...ready.keys()].join(' and ')}`, searched, async (text) => [
    ...(embedText === undefined
      ? []
      : [
          {
            kind: 'picture' as const,
            query: await embedText(text, { host }),
            of: ({ mediaId: id, span }: Moment) =>
              (span.kind === 'frames' ? bySpan.get(`${id} ${span.firstFrame}`) : undefined) ?? [],
          },
        ]),
    ...(embedSentence === undefined
      ? []
      : [
          {
            kind: 'meaning' as const,
            query: await embedSentence(text, { host }),
            of: ({ kind, text: said }: Moment) => (kind === 'sentence' ? bySpan.get(said) : undefined) ?? [],
          },
        ]),
  ]);
}

function cost(): void {
  const films = Array.from({ length: 200 }, (_, film) => {
    const objects = OBJECT_LABELS.filter((_label, at) => (at + film) % 20 === 0);
    const shots = Array.from({ length: 80 }, (_, shot) => ({ objects: [objects[shot % 4] ?? 'dog'] }));
    return madeFilm(
      `film-${film}`,
      shots,
      wordsFrom(1, 'Here is a sentence about the sea. And another one of it. '.repeat(5).trim()),
    );
  });
  let start = performance.now();
  const moments = films.flatMap(momentsOf);
  tell(
    'reading what can be found, ms per hour of film',
    (performance.now() - start) / ((200 * 320) / 3600),
    `${moments.length} moments`,
  );
  const material: SearchMaterial = {
    moments,
    people: [],
    lexicon: { objects: OBJECT_LABELS, people: [] },
    vectors: [],
  };
  start = performance.now();
  const queries = ['dog', 'sea', 'static shot of a car', 'two people talking without a bus', '"another one"'];
  for (const text of queries) searchMoments({ text, variety: 0, limit: 50, offset: 0 }, material);
  tell('one search without models, ms', (performance.now() - start) / queries.length, `${moments.length} moments`);
  const query = unitVector(Array.from({ length: 512 }, (_, at) => Math.sin(at)));
  const vectors = Array.from({ length: 20_000 }, (_, n) =>
    unitVector(Array.from({ length: 512 }, (_other, at) => Math.sin(n + at * (n % 7)))),
  );
  start = performance.now();
  let most = -1;
  for (let round = 0; round < 5; round++) for (const vector of vectors) most = Math.max(most, cosineOf(query, vector));
  tell('cosines of 100 000 vectors of 512, ms', performance.now() - start, `highest ${most.toFixed(2)}`);
}

cost();
if (mediaRoot === undefined) console.error('bench search: real footage is skipped, set MONTAGE_TEST_MEDIA');
else {
  await nearDuplicates(mediaRoot);
  const ready = new Map<string, ReadyModel>();
  for (const id of [IMAGE_TEXT_MODEL, SENTENCE_MODEL]) {
    const state = await findModel(id, { chosen: modelsRoot, user: '/nowhere' });
    if (state.kind === 'ready') ready.set(id, state);
    else tell(`retrieval with ${id}`, null, `skipped: ${state.sentence}`);
  }
  const searched: Searched[] = [];
  const files = [...new Set<string>([...SEARCHED_FILES, ...Object.keys(SAID)])];
  for (const file of files) searched.push(await readFile(mediaRoot, file, ready));
  await retrieval('without CLIP and MiniLM', searched, () => Promise.resolve([]));
  if (ready.size > 0) await withModels(searched, ready);
}
host.close();
rmSync(folder, { recursive: true, force: true });
await writeResults('search', { what: 'Search: near-duplicates, retrieval over labelled real footage, and cost', rows });
