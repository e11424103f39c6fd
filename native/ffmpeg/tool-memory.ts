import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { userCacheFolder } from '../project/file-system.ts';
import type { FfmpegTools } from './find.ts';

const answerSchema = z.object({
  key: z.string(),
  ffmpeg: z.string(),
  ffprobe: z.string(),
  version: z.string(),
  build: z.string(),
  encoders: z.array(z.string()),
});

/**
 * What the programs said of themselves when they were last asked, as long as both lie where they lay, as big and as old as
 * then: asking starts them three times. A memory that is unreadable or cannot be written is as none.
 *
 * @param place as `MONTAGE_FFMPEG`; '' for PATH
 */
export function recallTools(place: string): FfmpegTools | undefined {
  try {
    const { key, encoders, ...tools } = answerSchema.parse(JSON.parse(readFileSync(fileFor(place), 'utf8')));
    return key === keyOf(tools) ? { ...tools, encoders: new Set(encoders) } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what the programs of a place said, for {@link recallTools}. */
export function keepTools(place: string, tools: FfmpegTools): void {
  const key = keyOf(tools);
  if (key === undefined) return;
  try {
    mkdirSync(dirname(fileFor(place)), { recursive: true });
    writeFileSync(fileFor(place), JSON.stringify({ ...tools, encoders: [...tools.encoders], key }));
  } catch {
    // They are asked again next time.
  }
}

function fileFor(place: string): string {
  const paths = place === '' ? (process.env['PATH'] ?? '') : place;
  const name = createHash('sha256').update(paths).digest('hex').slice(0, 16);
  return join(userCacheFolder(), 'ffmpeg', `${name}.json`);
}

/** Where both lie, their sizes and times of change; undefined where one of them is not found. */
function keyOf({ ffmpeg, ffprobe }: Pick<FfmpegTools, 'ffmpeg' | 'ffprobe'>): string | undefined {
  const looks = [ffmpeg, ffprobe].map((program) => {
    const path = isAbsolute(program) ? program : onPath(program);
    const { size, mtimeMs } = (path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })) ?? {};
    return size === undefined ? undefined : [path, size, mtimeMs].join(' ');
  });
  return looks.includes(undefined) ? undefined : looks.join('\n');
}

function onPath(program: string): string | undefined {
  const name = process.platform === 'win32' ? `${program}.exe` : program;
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}
