import { resultOf, type AnalysisResult } from '../../core/analysis/results.ts';
import type { MediaId } from '../../core/media/media.ts';
import type { Moment } from '../../core/search/moments.ts';
import type { SearchPath, SearchQuery } from '../../core/search/query.ts';
import type { VectorList } from '../../core/search/search.ts';
import { unpackVector } from '../../core/search/vectors.ts';
import { findModel, type ReadyModel } from '../models/find-model.ts';
import { IMAGE_TEXT_MODEL, openTextEmbedding } from '../models/image-text.ts';
import type { ModelHost } from '../models/model-host.ts';
import { openSentenceModel, SENTENCE_MODEL } from '../models/sentence-model.ts';
import { faultOf } from './refusals.ts';
import type { Project } from '../project/project.ts';

type FileVectors = {
  readonly pictures: readonly {
    readonly firstFrame: number;
    readonly lastFrame: number;
    readonly vector: Float32Array;
  }[];
  readonly sentences: ReadonlyMap<string, Float32Array>;
};
type Embed = Awaited<ReturnType<typeof openTextEmbedding>>;
type Found = { readonly lists: readonly VectorList[]; readonly paths: readonly SearchPath[] };

/** What models say of a query and of the footage: a list for each model that is here and has looked at some of it. */
export function createSearchVectors(project: Project, host: ModelHost) {
  const known = new Map<MediaId, FileVectors>();
  project.events.subscribe((event) => {
    if (event.kind === 'analysis-changed' || event.kind === 'media-changed') known.delete(event.mediaId);
  });
  const vectorsOf = (mediaId: MediaId): FileVectors => {
    const vectors = known.get(mediaId) ?? readVectors(project, mediaId);
    known.set(mediaId, vectors);
    return vectors;
  };
  const opened = new Map<string, Promise<Embed>>();
  const open = (model: ReadyModel, make: (model: ReadyModel) => Promise<Embed>): Promise<Embed> => {
    const before = opened.get(model.sha256);
    if (before !== undefined) return before;
    const opening = make(model);
    opening.catch(() => opened.delete(model.sha256));
    opened.set(model.sha256, opening);
    return opening;
  };
  return async ({ text }: SearchQuery, signal?: AbortSignal): Promise<Found> => {
    if (text === undefined) return { lists: [], paths: [] };
    const ids = project.media.list().map(({ id }) => id);
    const found = await Promise.all(
      WAYS.map(async (way): Promise<Found> => {
        const state = await findModel(way.model);
        if (state.kind !== 'ready') return refused(way, state.sentence);
        if (!ids.some((id) => way.has(vectorsOf(id)))) return refused(way, way.unseen);
        try {
          const query = await (await open(state, way.open))(text, { host, signal });
          const list = { kind: way.kind, query, of: (moment: Moment) => way.of(moment, vectorsOf(moment.mediaId)) };
          return { lists: [list], paths: [{ path: way.path, used: true, model: way.model, because: null }] };
        } catch (error) {
          if (signal?.aborted === true) throw error;
          // A model that fails takes nothing from what is known without it.
          return refused(way, faultOf(error).message);
        }
      }),
    );
    return { lists: found.flatMap(({ lists }) => lists), paths: found.flatMap(({ paths }) => paths) };
  };
}

type Way = {
  readonly path: SearchPath['path'];
  readonly kind: VectorList['kind'];
  readonly model: string;
  /** Why it says nothing of footage that it has not looked at. */
  readonly unseen: string;
  readonly open: (model: ReadyModel) => Promise<Embed>;
  readonly has: (vectors: FileVectors) => boolean;
  readonly of: (moment: Moment, vectors: FileVectors) => readonly Float32Array[];
};

const WAYS: readonly Way[] = [
  {
    ...{ path: 'image-text', kind: 'picture', model: IMAGE_TEXT_MODEL, open: openTextEmbedding },
    unseen: 'the model has not looked at any footage yet',
    has: ({ pictures }) => pictures.length > 0,
    of: ({ span }, { pictures }) =>
      span.kind !== 'frames'
        ? []
        : pictures.flatMap(({ firstFrame, lastFrame, vector }) =>
            firstFrame <= span.lastFrame && lastFrame >= span.firstFrame ? [vector] : [],
          ),
  },
  {
    ...{ path: 'sentence', kind: 'meaning', model: SENTENCE_MODEL, open: openSentenceModel },
    unseen: 'the model has not read any transcript yet',
    has: ({ sentences }) => sentences.size > 0,
    of: ({ kind, text }, { sentences }) => {
      const vector = kind === 'sentence' ? sentences.get(text) : undefined;
      return vector === undefined ? [] : [vector];
    },
  },
];

function refused({ path, model }: Way, because: string): Found {
  return { lists: [], paths: [{ path, used: false, model, because }] };
}

function readVectors(project: Project, mediaId: MediaId): FileVectors {
  const results: readonly AnalysisResult[] = project.analysis.results(mediaId);
  const analysis = { mediaId, results };
  const pictures = resultOf(analysis, 'picture-embeddings')?.frames ?? [];
  const sentences = resultOf(analysis, 'sentence-embeddings')?.sentences ?? [];
  return {
    pictures: pictures.map(({ firstFrame, lastFrame, vector }) => ({
      firstFrame,
      lastFrame,
      vector: unpackVector(vector),
    })),
    sentences: new Map(sentences.map(({ text, vector }) => [text, unpackVector(vector)])),
  };
}
