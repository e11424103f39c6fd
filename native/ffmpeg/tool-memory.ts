import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { userCacheFolder } from '../project/file-system.ts';

const toolsSchema = z.object({
  ffmpeg: z.string(),
  ffprobe: z.string(),
  version: z.string(),
  build: z.string(),
  encoders: z.array(z.string()),
});
const answerSchema = toolsSchema.extend({ key: z.string() });

/** What the two programs said, as it is kept. */
type SaidByTools = Readonly<z.infer<typeof toolsSchema>>;

/**
 * What the programs said of themselves when they were last asked, as long as both lie where they lay, as big and as old as
 * then: asking starts them three times. A memory that is unreadable or cannot be written is as none.
 *
 * @param place as `MONTAGE_FFMPEG`; '' for PATH
 */
export function recallTools(place: string): SaidByTools | undefined {
  try {
    const { key, ...tools } = answerSchema.parse(JSON.parse(readFileSync(fileFor(place), 'utf8')));
    return key === keyOf(tools) ? tools : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what the programs of a place said, for {@link recallTools}. */
export function keepTools(place: string, tools: SaidByTools): void {
  const key = keyOf(tools);
  if (key === undefined) return;
  try {
    mkdirSync(dirname(fileFor(place)), { recursive: true });
    writeFileSync(fileFor(place), JSON.stringify({ ...tools, key }));
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
function keyOf({ ffmpeg, ffprobe }: Pick<SaidByTools, 'ffmpeg' | 'ffprobe'>): string | undefined {
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
