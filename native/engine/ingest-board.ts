import type { ByteKind } from '../../core/contract/addresses.ts';
import type { IngestState, JobSummary, MediaEntry } from '../../core/contract/model.ts';
import type { Media, MediaId } from '../../core/media/media.ts';
import { mediaIdSchema } from '../../core/media/schema.ts';
import type { Analyser } from '../analysers/analyser.ts';
import type { FfmpegTools } from '../ffmpeg/find.ts';
import { ingestKeys, missingOf, type IngestKeys } from '../ingest/ingest-steps.ts';
import type { IngestAssets } from '../ingest/ports.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Project } from '../project/project.ts';
import { z } from 'zod';
import type { ByteHandles } from './byte-handles.ts';
import { INGEST_OPTIONS, type ingestJob } from './ingest-job.ts';

/** Which files are understood, by which job, and where what came of it lies. */
export interface IngestBoard {
  /** Queues the ingest of a file unless it is done or under way; gives its job. */
  queueFor(media: Media): string | undefined;
  /** The latest ingest job of a file. */
  jobOf(id: MediaId): string | undefined;
  /** The file that a job looks at; undefined for jobs of other kinds. */
  mediaOf(job: JobSummary): MediaId | undefined;
  stateOf(media: Media): IngestState;
  /** The analysers of the one pass that apply to a file. */
  analysersOf(media: Media): readonly Pick<Analyser, 'id' | 'title'>[];
  /** Ends the work on a file and removes what was made of it and of no other file. */
  forget(media: Media): void;
  assetsOf(media: Media): MediaEntry['assets'];
  /** Artifact keys of what ingest makes of a file; undefined where ffmpeg is missing. */
  keysOf(media: Media): IngestAssets | undefined;
}

export type IngestBoardParts = {
  readonly project: Project;
  readonly queue: JobQueue;
  readonly kind: ReturnType<typeof ingestJob>;
  readonly handles: ByteHandles;
  /** Undefined where ffmpeg is missing: nothing is known to be done then. */
  readonly tools: FfmpegTools | undefined;
};

const inputSchema = z.object({ mediaId: mediaIdSchema });
const CONTENT_TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    mp4: 'video/mp4',
    m4a: 'audio/mp4',
    jpg: 'image/jpeg',
    json: 'application/json',
  }),
);

const ONGOING: ReadonlySet<JobSummary['state']> = new Set<JobSummary['state']>(['queued', 'running', 'paused']);

export function createIngestBoard({ project, queue, kind, handles, tools }: IngestBoardParts): IngestBoard {
  const jobs = new Map<MediaId, string>();
  const owners = new Map<string, MediaId>();
  const note = (jobId: string, id: MediaId) => {
    jobs.set(id, jobId);
    owners.set(jobId, id);
  };
  // Newest first: the last one noted of a file must be its newest.
  for (const { id, kind: name } of queue.list().toReversed()) {
    const input = name === kind.id ? inputSchema.safeParse(queue.inputOf(id)).data : undefined;
    if (input !== undefined) note(id, input.mediaId);
  }
  const keysOf = (media: Media) =>
    tools === undefined ? undefined : ingestKeys({ path: media.path, facts: media }, INGEST_OPTIONS, tools.build);
  const isReady = (media: Media) => {
    const keys = keysOf(media);
    return keys !== undefined && missingOf(keys, project.artifacts, INGEST_OPTIONS).nothing;
  };
  const latest = (id: MediaId): JobSummary | undefined => {
    const job = jobs.get(id);
    return job === undefined ? undefined : queue.find(job);
  };
  const asset = (byteKind: ByteKind, key: string | undefined): string | undefined => {
    if (key === undefined || !project.artifacts.has(key)) return undefined;
    const contentType = CONTENT_TYPES.get(key.split('.')[1] ?? '') ?? 'application/octet-stream';
    return handles.handleFor(byteKind, { path: project.artifacts.path(key), contentType });
  };
  return {
    queueFor(media) {
      const job = latest(media.id);
      if (job !== undefined && ONGOING.has(job.state)) return job.id;
      const analysed = project.analysis.stamps(media.id).length > 0 || media.kind === 'still';
      if (isReady(media) && analysed && media.fingerprint.fullSha256 !== undefined) return undefined;
      const id = queue.add(kind, { mediaId: media.id, name: media.name });
      note(id, media.id);
      return id;
    },
    jobOf: (id) => latest(id)?.id,
    mediaOf: (job) => owners.get(job.id),
    stateOf: (media) => stateOf(latest(media.id), () => isReady(media)),
    keysOf: (media) => keysOf(media)?.assets,
    analysersOf: (media) => keysOf(media)?.results.map(({ analyser }) => analyser) ?? [],
    forget(media) {
      const job = latest(media.id);
      if (job !== undefined && ONGOING.has(job.state)) queue.cancel(job.id);
      const others = project.media.list().filter(({ id }) => id !== media.id);
      const used = new Set(others.flatMap((other) => allKeys(keysOf(other))));
      for (const key of allKeys(keysOf(media))) if (!used.has(key)) project.artifacts.remove(key);
    },
    assetsOf: (media) => assetsOf(keysOf(media), asset),
  };
}

/** Handles of what there is; until a file was looked through, its first pictures stand in for its thumbnails. */
function assetsOf(
  keys: IngestKeys | undefined,
  asset: (kind: ByteKind, key: string | undefined) => string | undefined,
): MediaEntry['assets'] {
  const { proxy, thumbnails, thumbnailIndex, peaks, frameTable } = keys?.assets ?? {};
  const whole = { thumbnails: asset('thumbnails', thumbnails), index: asset('thumbnail-index', thumbnailIndex) };
  const isWhole = whole.thumbnails !== undefined && whole.index !== undefined;
  return {
    proxy: asset('proxy', proxy),
    thumbnails: isWhole ? whole.thumbnails : asset('thumbnails', keys?.storyboard?.strip),
    thumbnailIndex: isWhole ? whole.index : asset('thumbnail-index', keys?.storyboard?.index),
    peaks: asset('peaks', peaks),
    frameTable: asset('frames', frameTable),
  };
}

function allKeys(keys: IngestKeys | undefined): readonly string[] {
  if (keys === undefined) return [];
  const assets = Object.values(keys.assets).filter((key) => key !== undefined);
  const storyboard = keys.storyboard === undefined ? [] : Object.values(keys.storyboard);
  return [...assets, keys.notes, ...storyboard, ...keys.results.map(({ key }) => key)];
}

function stateOf(job: JobSummary | undefined, isReady: () => boolean): IngestState {
  if (job === undefined || job.state === 'done') return { state: isReady() ? 'ready' : 'waiting' };
  switch (job.state) {
    case 'queued':
      return { state: 'waiting' };
    case 'running':
      return { state: 'running', progress: job.progress };
    case 'paused':
      return { state: 'paused' };
    case 'cancelled':
      return { state: 'cancelled' };
    case 'failed':
      return { state: 'failed', fault: job.fault ?? { code: 'E_BUG', message: 'the job failed without a reason' } };
  }
}
