import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { colourConversion, meaningOfFilm, meaningOfSource } from '../../core/colour/convert.ts';
import { atIntensity, cubeOf, formatCube, parseCube, type ColourTable } from '../../core/colour/cube.ts';
import { MontageError } from '../../core/errors.ts';
import type { VideoStream } from '../../core/media/media.ts';
import type { LutReference } from '../../core/timeline/picture.ts';
import type { ColourSpace, Timeline } from '../../core/timeline/timeline.ts';
import { filterValue } from '../ffmpeg/escape.ts';

/** Points along each edge of a conversion’s cube: grays come within a code of 8 bits of the formula. */
const POINTS = 33;
const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

/** Whether a source's colours mean something else than the film's, so that its matrix alone does not do. */
export function needsConversion({ colour }: VideoStream, space: ColourSpace): boolean {
  return colourConversion(meaningOfSource(colour), meaningOfFilm(space)) !== undefined;
}

const conversions = new Map<string, string>();

/**
 * ffmpeg filters that work on RGB: from the source's meaning of colour to the film's, then the clip's look-up table. The
 * tables lie in `folder`, which must be there as long as the filters are used.
 *
 * @throws MontageError as {@link readTable}
 */
export async function colourFilters(
  folder: string,
  video: VideoStream,
  space: ColourSpace,
  lut: LutReference | undefined,
): Promise<readonly string[]> {
  const filters: string[] = [];
  const [from, to] = [meaningOfSource(video.colour), meaningOfFilm(space)];
  const convert = colourConversion(from, to);
  if (convert !== undefined) {
    const key = [from.transfer, from.primaries, to.transfer, to.primaries].join('-');
    const text = conversions.get(key) ?? formatCube(cubeOf(convert, POINTS));
    conversions.set(key, text);
    const path = join(folder, `${key}.cube`);
    await writeFile(path, text);
    filters.push(tableFilter('3d', path));
  }
  if (lut !== undefined && lut.intensity > 0) {
    const table = atIntensity(await readTable(lut.path), lut.intensity);
    const path = join(folder, `look-${filters.length}-${contentName(lut)}.cube`);
    await writeFile(path, formatCube(table));
    filters.push(tableFilter(table.kind, path));
  }
  return filters;
}

function tableFilter(kind: ColourTable['kind'], path: string): string {
  return kind === '1d' ? `lut1d=file=${filterValue(path)}` : `lut3d=file=${filterValue(path)}:interp=tetrahedral`;
}

/** A name for a table of its own: clips of a segment may use several. */
function contentName({ path, intensity }: LutReference): string {
  return Buffer.from(`${intensity} ${path}`).toString('hex').slice(-80);
}

/**
 * Reads a look-up table.
 *
 * @throws MontageError E_LUT_MISSING, E_LUT naming the line that is wrong
 */
export async function readTable(path: string): Promise<ColourTable> {
  const outcome = parseCube(await readText(path));
  if (outcome.ok) return outcome.table;
  const message = `the look-up table cannot be used: ${outcome.problem} (line ${outcome.line})`;
  throw new MontageError({ code: 'E_LUT', message, where: path, stage: 'render', hint: 'choose another .cube file' });
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= LARGEST_FILE_BYTES) return await readFile(path, 'utf8');
  } catch (error) {
    const hint = 'put the file back or choose another look';
    const message = 'the look-up table of a clip is not there';
    throw new MontageError({ code: 'E_LUT_MISSING', message, where: path, stage: 'render', hint }, { cause: error });
  }
  throw new MontageError({
    code: 'E_LUT',
    message: 'the look-up table is larger than 64 MB',
    where: path,
    stage: 'render',
  });
}

/**
 * Reads every look-up table that a timeline's enabled clips name, nested ones too, so that a bad one is refused before
 * the work starts.
 *
 * @throws MontageError as {@link readTable}
 */
export async function refuseBadTables(timeline: Timeline): Promise<void> {
  const paths = new Set<string>();
  for (const { tracks } of [timeline, ...(timeline.nested ?? [])]) {
    for (const track of tracks) {
      if (track.kind !== 'video' || !track.enabled) continue;
      for (const { lut, enabled } of track.clips) if (lut !== undefined && enabled) paths.add(lut.path);
    }
  }
  for (const path of paths) await readTable(path);
}
