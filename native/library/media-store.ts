import { basename } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { MontageError } from '../../core/errors.ts';
import type { SourceFrames } from '../../core/media/frames.ts';
import {
  mediaId,
  primaryVideo,
  type Fingerprint,
  type Media,
  type MediaFacts,
  type MediaId,
} from '../../core/media/media.ts';
import { mediaFactsSchema } from '../../core/media/schema.ts';
import type { Source, SourceLookup } from '../../core/timeline/timeline.ts';
import { flicks } from '../../core/time/flicks.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../ids.ts';
import type { Database } from './database.ts';
import type { ProjectEvents } from './events.ts';
import { storedJson } from './stored-json.ts';

const COLUMNS = 'id, name, path, online, full_sha256, facts';
const mediaRow = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  online: z.int(),
  full_sha256: z.string().nullable(),
  facts: storedJson(mediaFactsSchema),
});
const frameTableRow = z.object({ frame_count: z.int(), deltas: z.instanceof(Uint8Array) });

/** The project's media files: what is known of each, where it lies, and the frame times of those whose rate varies. */
export class MediaStore implements SourceLookup {
  readonly #database: Database;
  readonly #events: ProjectEvents;
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #sources = new Map<MediaId, Source>();

  constructor(database: Database, events: ProjectEvents, clock: Clock, ids: IdSource) {
    this.#database = database;
    this.#events = events;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** All media that were not removed, oldest first. */
  list(): readonly Media[] {
    return this.#database
      .all(mediaRow, `SELECT ${COLUMNS} FROM media WHERE removed_at IS NULL ORDER BY added_at, rowid`)
      .map(mediaOf);
  }

  /** Media of an id; undefined where it is unknown or was removed. */
  get(id: MediaId): Media | undefined {
    return this.#one(`SELECT ${COLUMNS} FROM media WHERE id = ? AND removed_at IS NULL`, id);
  }

  /** Media that were not removed whose size and sampled hash are these: the same file, unless full hashes say otherwise. */
  withContent(fingerprint: Pick<Fingerprint, 'sizeBytes' | 'sampledSha256'>): readonly Media[] {
    const sql = `SELECT ${COLUMNS} FROM media WHERE sampled_sha256 = ? AND size_bytes = ? AND removed_at IS NULL ORDER BY added_at, rowid`;
    return this.#database.all(mediaRow, sql, fingerprint.sampledSha256, fingerprint.sizeBytes).map(mediaOf);
  }

  /**
   * Whether something may be kept under a file's sampled hash that was made from another file: media with the same size and
   * samples, removed or not, that are not known to hold the same bytes throughout.
   */
  hasTwin(fingerprint: Fingerprint): boolean {
    const sql = `SELECT 1 AS found FROM media WHERE sampled_sha256 = ? AND size_bytes = ?
      AND (full_sha256 IS NULL OR full_sha256 IS NOT ?)`;
    const values = [fingerprint.sampledSha256, fingerprint.sizeBytes, fingerprint.fullSha256 ?? null];
    return this.#database.get(z.object({ found: z.int() }), sql, ...values) !== undefined;
  }

  /** Media last seen at a path, online or not, that were not removed. */
  atPath(path: string): readonly Media[] {
    return this.#database
      .all(mediaRow, `SELECT ${COLUMNS} FROM media WHERE path = ? AND removed_at IS NULL`, path)
      .map(mediaOf);
  }

  /**
   * Adds a file as new media. `frameStarts`, in flicks from frame 0, are needed where the rate varies: trims are checked
   * against them.
   */
  add(path: string, facts: MediaFacts, frameStarts?: Float64Array): Media {
    const id = mediaId(this.#ids.id('media'));
    const { fullSha256, ...sampled } = facts.fingerprint;
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO media (id, name, path, online, kind, size_bytes, sampled_sha256, full_sha256, duration, facts, added_at)
         VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, basename(path), path, facts.kind, sampled.sizeBytes, sampled.sampledSha256, fullSha256 ?? null],
        ...[facts.duration, JSON.stringify({ ...facts, fingerprint: sampled }), this.#clock.now()],
      );
      if (frameStarts !== undefined) this.setFrameStarts(id, frameStarts);
      this.#changed(id);
    });
    return this.known(id);
  }

  /**
   * The media of an id.
   *
   * @throws MontageError E_MEDIA_UNKNOWN
   */
  known(id: MediaId): Media {
    const media = this.get(id);
    if (media !== undefined) return media;
    throw unknownMedia(id);
  }

  /** Remembers where a file lies now and that it is there. */
  relink(id: MediaId, path: string): void {
    this.#update(id, 'path = ?, name = ?, online = 1', path, basename(path));
  }

  /** Takes other content for media, which keeps its id: what the file at `path` is from now on. */
  replace(id: MediaId, path: string, facts: MediaFacts): void {
    const { fullSha256, ...sampled } = facts.fingerprint;
    this.#update(
      id,
      `path = ?, name = ?, online = 1, kind = ?, duration = ?, facts = ?, size_bytes = ?, sampled_sha256 = ?, full_sha256 = ?`,
      ...[path, basename(path), facts.kind, facts.duration, JSON.stringify({ ...facts, fingerprint: sampled })],
      ...[sampled.sizeBytes, sampled.sampledSha256, fullSha256 ?? null],
    );
  }

  /** Takes media out of the list; it stays known, so that clips and undo keep working. */
  remove(id: MediaId): void {
    this.#update(id, 'removed_at = ?', this.#clock.now());
  }

  setOnline(id: MediaId, online: boolean): void {
    if (this.known(id).online !== online) this.#update(id, 'online = ?', online ? 1 : 0);
  }

  /** Remembers the hash over the whole file. */
  setFullHash(id: MediaId, sha256: string): void {
    this.#update(id, 'full_sha256 = ?', sha256);
  }

  /** Keeps when each frame starts, in flicks from frame 0: in the project, because edits need it when the cache is gone. */
  setFrameStarts(id: MediaId, starts: Float64Array): void {
    const deltas = starts.map((start, index) => start - (starts[index - 1] ?? 0));
    const bytes = deflateSync(new Uint8Array(deltas.buffer, deltas.byteOffset, deltas.byteLength));
    this.#database.run(
      'INSERT OR REPLACE INTO frame_tables (media_id, frame_count, deltas) VALUES (?, ?, ?)',
      ...[id, starts.length, bytes],
    );
    this.#sources.delete(id);
  }

  /** When each frame starts, in flicks from frame 0; undefined where none were kept (constant rates and stills). */
  frameStarts(id: MediaId): Float64Array | undefined {
    const row = this.#database.get(
      frameTableRow,
      'SELECT frame_count, deltas FROM frame_tables WHERE media_id = ?',
      id,
    );
    if (row === undefined) return undefined;
    const bytes = new Uint8Array(inflateSync(row.deltas));
    const starts = new Float64Array(bytes.buffer, bytes.byteOffset, row.frame_count);
    let time = 0;
    return starts.map((delta) => (time += delta));
  }

  /** What edits must know of a source; also while the file is offline. */
  source(id: MediaId): Source | undefined {
    const known = this.#sources.get(id);
    if (known !== undefined) return known;
    const media = this.#one(`SELECT ${COLUMNS} FROM media WHERE id = ?`, id);
    const source = media === undefined ? undefined : this.#sourceOf(media);
    if (source !== undefined) this.#sources.set(id, source);
    return source;
  }

  #sourceOf(media: Media): Source | undefined {
    const video = primaryVideo(media);
    const starts = video?.timing.kind === 'variable' ? this.frameStarts(media.id) : undefined;
    if (video?.timing.kind === 'variable' && starts === undefined) return undefined;
    const spans = media.audio.map(({ offset, duration }) => ({ start: offset, end: flicks(offset + duration) }));
    const audio =
      spans.length === 0
        ? undefined
        : {
            start: flicks(Math.min(...spans.map(({ start }) => start))),
            end: flicks(Math.max(...spans.map(({ end }) => end))),
          };
    return { frames: video === undefined ? undefined : framesOf(video.timing, starts), audio };
  }

  #one(sql: string, id: MediaId): Media | undefined {
    const row = this.#database.get(mediaRow, sql, id);
    return row === undefined ? undefined : mediaOf(row);
  }

  #update(id: MediaId, set: string, ...values: readonly (string | number | null)[]): void {
    this.#database.transaction(() => {
      const changed = this.#database.run(`UPDATE media SET ${set} WHERE id = ?`, ...values, id);
      if (changed === 0) throw unknownMedia(id);
      this.#changed(id);
    });
  }

  #changed(id: MediaId): void {
    this.#sources.delete(id);
    this.#database.afterCommit(() => this.#events.publish({ kind: 'media-changed', mediaId: id }));
  }
}

function unknownMedia(id: MediaId): MontageError {
  return new MontageError({
    code: 'E_MEDIA_UNKNOWN',
    message: 'the project has no such media',
    where: id,
    stage: 'media',
  });
}

function framesOf(timing: MediaFacts['video'][number]['timing'], starts: Float64Array | undefined): SourceFrames {
  switch (timing.kind) {
    case 'constant':
    case 'still':
      return timing;
    case 'variable':
      return {
        kind: 'variable',
        averageRate: timing.averageRate,
        starts: starts ?? new Float64Array(),
        end: timing.duration,
      };
  }
}

function mediaOf(row: z.infer<typeof mediaRow>): Media {
  const fingerprint = { ...row.facts.fingerprint, ...(row.full_sha256 !== null && { fullSha256: row.full_sha256 }) };
  return {
    ...row.facts,
    fingerprint,
    id: mediaId(row.id),
    name: row.name,
    path: row.path,
    online: row.online === 1,
  };
}
