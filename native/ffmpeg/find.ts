import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { runProgram } from '../process/programs.ts';
import { keepTools, recallTools } from './tool-memory.ts';

/** The two programs, of one build. */
export type FfmpegTools = {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  /** As the program names itself, e.g. '5.1.9-0+deb12u1'. */
  readonly version: string;
  /** Names the exact build: what renders and measurements depend on. */
  readonly build: string;
  /** Encoders compiled in; not all need work on this machine. */
  readonly encoders: ReadonlySet<string>;
};

const OLDEST = { major: 5, minor: 1 };
const found = new Map<string, Promise<FfmpegTools>>();

/**
 * Finds ffmpeg (`MONTAGE_FFMPEG`: the program or its folder; else PATH) and the ffprobe beside it. Asked once per place,
 * and again when they have changed.
 *
 * @throws MontageError E_FFMPEG_MISSING, E_FFMPEG_TOO_OLD or E_FFMPEG_NO_X264
 */
export async function findFfmpeg(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<FfmpegTools> {
  const place = environment['MONTAGE_FFMPEG'] ?? '';
  const known = found.get(place);
  if (known !== undefined) return known;
  const remembered = recallTools(place);
  const asked =
    remembered === undefined
      ? inspect(place)
      : Promise.resolve({ ...remembered, encoders: new Set(remembered.encoders) });
  found.set(place, asked);
  // What was missing may be installed while we run.
  asked.catch(() => found.delete(place));
  return asked;
}

async function inspect(place: string): Promise<FfmpegTools> {
  const ffmpeg = await firstThatRuns(place === '' ? ['ffmpeg'] : [place, join(place, 'ffmpeg')], place);
  const beside = join(dirname(ffmpeg.path), basename(ffmpeg.path).replace('ffmpeg', 'ffprobe'));
  const ffprobe = await firstThatRuns(ffmpeg.path === 'ffmpeg' ? ['ffprobe'] : [beside, 'ffprobe'], beside);
  const version = /^ffmpeg version (\S+)/.exec(ffmpeg.banner)?.[1] ?? 'unknown';
  refuseOld(version, ffmpeg.path);
  const list = await runProgram(ffmpeg.path, ['-hide_banner', '-encoders']);
  const encoders = new Set([...list.stdout.matchAll(/^ [VAS][A-Z.]{5} (\S+)/gm)].flatMap((match) => match[1] ?? []));
  if (!encoders.has('libx264')) {
    throw new MontageError({
      code: 'E_FFMPEG_NO_X264',
      message: 'this ffmpeg was built without the H.264 encoder libx264',
      where: ffmpeg.path,
      hint: 'install a full build or point MONTAGE_FFMPEG at one',
    });
  }
  const build = createHash('sha256').update(ffmpeg.banner).digest('hex').slice(0, 16);
  const tools = { ffmpeg: ffmpeg.path, ffprobe: ffprobe.path, version, build };
  keepTools(place, { ...tools, encoders: [...encoders] });
  return { ...tools, encoders };
}

async function firstThatRuns(
  candidates: readonly string[],
  place: string,
): Promise<{ readonly path: string; readonly banner: string }> {
  for (const path of candidates) {
    const answer = await runProgram(path, ['-version'], { timeoutMs: 10_000 });
    if (answer.exitCode === 0 && /^ff(mpeg|probe) version/.test(answer.stdout)) return { path, banner: answer.stdout };
  }
  throw new MontageError({
    code: 'E_FFMPEG_MISSING',
    message: 'ffmpeg and ffprobe were not found',
    where: place === '' ? 'PATH' : place,
    hint: 'run `npm run setup`, or set MONTAGE_FFMPEG to the program',
  });
}

/** Builds from source are named by commit ('N-109…', '2024-01-…'): they are taken as new enough. */
function refuseOld(version: string, path: string): void {
  const match = /^n?(\d+)\.(\d+)/.exec(version);
  if (match === null) return;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new MontageError({
    code: 'E_FFMPEG_TOO_OLD',
    message: `ffmpeg ${version} is older than ${OLDEST.major}.${OLDEST.minor}`,
    where: path,
    hint: 'install a newer one or point MONTAGE_FFMPEG at one',
  });
}
