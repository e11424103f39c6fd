import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { MontageError } from '../../core/errors.ts';

/**
 * Numbered pictures that are one clip. It goes by the name that DaVinci Resolve gives it, `shot_[0001-0100].png`: no
 * file has that name, the files are `shot_0001.png` to `shot_0100.png`.
 */
export type PictureRun = {
  readonly folder: string;
  readonly prefix: string;
  readonly suffix: string;
  /** How many digits the numbers have at least. */
  readonly digits: number;
  readonly first: number;
  readonly last: number;
};

/** Pictures carry no rate: film's is assumed. */
export const PICTURE_RUN_RATE = 24;
/** Shorter runs in folders are single pictures. */
const SHORTEST = 12;
const EXTENSIONS = new Set([
  ...['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.bmp', '.dpx', '.exr', '.tga', '.webp', '.ppm', '.jp2'],
]);
/** Cameras number their photographs, too: these names (DCF and makers') are no animation. */
const PHOTOGRAPH = /^(?:_?(?:img|dsc|dscf|dscn|mg|pict?|cimg|imgp|sam|dji|gopr|g00|p\d|pxl)[_-]?)\d*$/i;

/** The run that a name of the form `shot_[0001-0100].png` stands for; undefined for files. */
export function pictureRun(path: string): PictureRun | undefined {
  const match = /^(.*)\[(\d{1,9})-(\d{1,9})\](\.\w+)$/.exec(basename(path));
  const [, prefix = '', first = '', last = '', suffix = ''] = match ?? [];
  const isRun = match !== null && Number(last) > Number(first) && EXTENSIONS.has(suffix.toLowerCase());
  if (!isRun || existsSync(path)) return undefined;
  const digits = first.length;
  return { folder: dirname(path), prefix, suffix, digits, first: Number(first), last: Number(last) };
}

/** The run's name: its path wherever media have one. */
export function runPath({ folder, prefix, suffix, digits, first, last }: PictureRun): string {
  const number = (value: number) => String(value).padStart(digits, '0');
  return join(folder, `${prefix}[${number(first)}-${number(last)}]${suffix}`);
}

/** The files that a path stands for: itself, or the pictures of a run. */
export function filesOf(path: string): readonly string[] {
  const run = pictureRun(path);
  if (run === undefined) return [path];
  const { folder, prefix, suffix, digits, first, last } = run;
  return Array.from({ length: last - first + 1 }, (_, n) =>
    join(folder, `${prefix}${String(first + n).padStart(digits, '0')}${suffix}`),
  );
}

/** Bytes of a file, or of all pictures of a run; throws as `stat` does. */
export async function sizeOnDisk(path: string): Promise<number> {
  const sizes = await Promise.all(filesOf(path).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * The runs that `shot_####.png` or `shot_%04d.png` stand for, in order; undefined for other names.
 *
 * @throws MontageError E_NOT_FOUND where no picture fits
 */
export async function runsOfPattern(path: string): Promise<readonly PictureRun[] | undefined> {
  const match = /^([^#%]*)(#+|%0?(\d)?d)([^#%]*)$/.exec(basename(path));
  const [, prefix = '', mark = '', width, suffix = ''] = match ?? [];
  if (match === null || !EXTENSIONS.has(extname(path).toLowerCase()) || existsSync(path)) return undefined;
  const digits = mark.startsWith('#') ? mark.length : Number(width ?? 1);
  const names = await readdir(dirname(path)).catch(() => []);
  const fitting = names.filter((name) => {
    const number = numbered(name);
    return number?.prefix === prefix && number.suffix === suffix && number.text.length >= digits;
  });
  const runs = runsAmong(
    fitting.map((name) => join(dirname(path), name)),
    2,
  ).runs;
  if (runs.length > 0) return runs;
  const message = 'no pictures with such numbers are there';
  throw new MontageError({ code: 'E_NOT_FOUND', message, where: path, stage: 'open' });
}

/** Which of some files are runs: numbers without a gap, of one folder, name and number of digits. */
export function runsAmong(
  files: readonly string[],
  shortest = SHORTEST,
): { readonly runs: readonly PictureRun[]; readonly others: readonly string[] } {
  const groups = new Map<string, { readonly file: string; readonly value: number; readonly run: PictureRun }[]>();
  const others: string[] = [];
  for (const file of files) {
    const found = numbered(basename(file));
    if (found === undefined || (shortest >= SHORTEST && PHOTOGRAPH.test(found.prefix))) {
      others.push(file);
      continue;
    }
    const { prefix, suffix, text } = found;
    // Numbers without leading zeros grow: 9, 10. Others keep their width.
    const digits = text.startsWith('0') ? text.length : 0;
    const value = Number(text);
    const run = { folder: dirname(file), prefix, suffix, digits: text.length, first: value, last: value };
    const key = JSON.stringify([run.folder, prefix, suffix]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push({ file, value, run: { ...run, digits } });
  }
  const runs: PictureRun[] = [];
  for (const group of groups.values()) {
    group.sort((a, b) => a.value - b.value);
    for (let start = 0; start < group.length; ) {
      const begin = group[start];
      if (begin === undefined) break;
      const digits = begin.run.digits === 0 ? String(begin.value).length : begin.run.digits;
      let end = start + 1;
      for (; end < group.length; end += 1) {
        const next = group[end];
        const wanted = String(begin.value + end - start).padStart(digits, '0');
        if (next === undefined || basename(next.file) !== `${begin.run.prefix}${wanted}${begin.run.suffix}`) break;
      }
      const last = begin.value + end - start - 1;
      if (end - start >= shortest) runs.push({ ...begin.run, digits, last });
      else others.push(...group.slice(start, end).map(({ file }) => file));
      start = end;
    }
  }
  return { runs, others };
}

function numbered(
  name: string,
): { readonly prefix: string; readonly text: string; readonly suffix: string } | undefined {
  const [, prefix = '', text = '', suffix = ''] = /^(.*?)(\d{1,9})(\.\w+)$/.exec(name) ?? [];
  return text !== '' && EXTENSIONS.has(suffix.toLowerCase()) ? { prefix, text, suffix } : undefined;
}

/** How ffmpeg is told to open a run. */
export function runArgs({ folder, prefix, suffix, digits, first }: PictureRun): readonly string[] {
  const plain = (text: string) => text.replaceAll('%', '%%');
  const pattern = `${plain(join(folder, prefix))}%0${digits}d${plain(suffix)}`;
  const options = ['-f', 'image2', '-pattern_type', 'sequence', '-framerate', String(PICTURE_RUN_RATE)];
  return [...options, '-start_number', String(first), '-i', `file:${pattern}`];
}
