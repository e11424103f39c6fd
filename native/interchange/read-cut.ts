import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import type { ImportedTimeline, ImportOptions, InterchangeFormat } from '../../core/interchange/handoff.ts';
import { detectFormat, importTimeline } from '../../core/interchange/interchange.ts';
import { importSide, isSideFormat, type SideFormat } from '../../core/interchange/side-formats.ts';
import { pathFault } from '../engine/path-faults.ts';
import { OTIOZ_CONTENT } from './otio-bundle.ts';
import { readOtiozText } from './otio-bundle-read.ts';

const LARGEST_BYTES = 64 * 1024 * 1024;

/** A file of another editor, as text. */
export type CutText = {
  readonly path: string;
  readonly format: InterchangeFormat | SideFormat;
  /** What holds the text: the file itself, a folder of Final Cut, an OTIO archive. */
  readonly bundle: 'none' | 'fcpxmld' | 'otioz';
  readonly text: string;
};

/**
 * Reads a file of another editor whole: UTF-8, UTF-16 with a byte order mark, or what its XML declaration names.
 *
 * @throws MontageError E_NOT_FOUND, E_TOO_LARGE, E_INTERCHANGE_ENCODING, E_INTERCHANGE_AAF, E_INTERCHANGE_ZIP,
 * E_UNKNOWN_FORMAT
 */
export async function readCutText(path: string): Promise<CutText> {
  const found = await stat(path).catch((error: unknown) => {
    throw pathFault(error, path, 'import');
  });
  const isFolder = found.isDirectory();
  // Opening a pipe would wait for somebody to write into it.
  if (!isFolder && !found.isFile()) {
    const hint = 'name a file';
    throw new MontageError({ code: 'E_NOT_A_FILE', message: 'this is no file', where: path, hint, stage: 'import' });
  }
  const bytes = isFolder ? await readWhole(join(path, 'Info.fcpxml')) : await readWhole(path);
  const isZip = bytes === 'zip';
  const text = isZip ? await readOtiozText(path) : decode(bytes, path);
  const name = isZip ? OTIOZ_CONTENT : isFolder ? 'Info.fcpxml' : basename(path);
  const format = captionFormat(text, name) ?? detectFormat(text, name);
  if (format === undefined) {
    const hint = 'name an .otio, .otioz, .fcpxml, .fcpxmld, .xml, .edl, .srt, .vtt or .ass';
    throw new MontageError({ code: 'E_UNKNOWN_FORMAT', message: 'this is no cut that can be read', where: path, hint });
  }
  return { path, format, bundle: isZip ? 'otioz' : isFolder ? 'fcpxmld' : 'none', text };
}

/**
 * Reads a text file whole, as {@link readCutText} does.
 *
 * @throws MontageError E_NOT_FOUND, E_NOT_A_FILE, E_TOO_LARGE, E_INTERCHANGE_ENCODING, E_UNKNOWN_FORMAT
 */
export async function readTextFile(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw pathFault(error, path, 'import');
  });
  const hint = 'name a text file';
  if (!found.isFile())
    throw new MontageError({ code: 'E_NOT_A_FILE', message: 'this is no file', where: path, hint, stage: 'import' });
  const bytes = await readWhole(path);
  if (bytes === 'zip')
    throw new MontageError({ code: 'E_UNKNOWN_FORMAT', message: 'this is an archive', where: path, hint });
  return decode(bytes, path);
}

/** Far beyond what people cut; what is read of so many still fits into one JSON document. */
const MOST_ITEMS = 100_000;

/**
 * What a text says, in its format.
 *
 * @throws MontageError E_INTERCHANGE_…, E_INTERCHANGE_TOO_LARGE beyond 100 000 clips and markers
 */
export function importCutText({ format, text, path }: CutText, options: ImportOptions = {}): ImportedTimeline {
  const cut = isSideFormat(format)
    ? importSide(format, text, basename(path), options)
    : importTimeline(format, text, options);
  const parts = [cut, ...(cut.nested ?? []).map(({ timeline }) => timeline)];
  const items = parts.reduce((sum, part) => sum + part.markers.length + part.losses.length + clipsIn(part), 0);
  if (items <= MOST_ITEMS) return cut;
  throw new MontageError({
    code: 'E_INTERCHANGE_TOO_LARGE',
    message: `it holds more than ${MOST_ITEMS} clips, markers and parts that are not read`,
    where: path,
    hint: 'export a shorter part of the timeline',
    stage: 'import',
  });
}

function clipsIn({ tracks }: ImportedTimeline): number {
  return tracks.reduce((sum, { clips }) => sum + clips.length, 0);
}

function captionFormat(text: string, name: string): SideFormat | undefined {
  const start = text.slice(0, 4096).replace(/^\uFEFF/, '');
  if (/^WEBVTT(?:[ \t\r\n]|$)/.test(start)) return 'vtt';
  if (/^\s*\[Script Info\]/i.test(start) || /\.(?:ass|ssa)$/i.test(name)) return 'ass';
  if (/\.srt$/i.test(name)) return 'srt';
  if (/\.csv$/i.test(name)) return 'csv';
  return /^\s*\d+\s*\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}\s*-->/.test(start) ? 'srt' : undefined;
}

async function readWhole(path: string): Promise<Buffer | 'zip'> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw pathFault(error, path, 'import');
  });
  try {
    const { size } = await file.stat();
    const readAt = async (offset: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const start = await readAt(0, 8);
    if (start.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 0x03, 0x04]))) return 'zip';
    refuseAaf(start, path);
    if (size > LARGEST_BYTES) {
      const hint = 'export only the timeline, without embedded media';
      throw new MontageError({
        code: 'E_TOO_LARGE',
        message: 'a cut has at most 64 MiB',
        where: path,
        hint,
        stage: 'import',
      });
    }
    return await readAt(0, size);
  } finally {
    await file.close();
  }
}

/** AAF files are structured storage (MS-CFB); they are out of scope. */
function refuseAaf(start: Buffer, path: string): void {
  const isStorage = start.equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]));
  if (!isStorage && !/\.aaf$/i.test(path)) return;
  throw new MontageError({
    code: 'E_INTERCHANGE_AAF',
    message: 'AAF is a closed binary format and is not read',
    where: path,
    hint: 'export FCP7 XML, OTIO or FCPXML from the editor',
    stage: 'import',
  });
}

/** Text of bytes by their mark, by their XML declaration, else UTF-8. */
function decode(bytes: Buffer, path: string): string {
  const declared = /^<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.-]{1,40})["']/.exec(
    bytes.toString('latin1', 0, 256),
  )?.[1];
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  const encoding = marked ?? (/^utf-?16/i.test(declared ?? '') ? 'utf-8' : (declared ?? 'utf-8'));
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\u0000')) return text;
  } catch (error) {
    throw badEncoding(path, encoding, error);
  }
  throw badEncoding(path, encoding);
}

function badEncoding(path: string, encoding: string, cause?: unknown): MontageError {
  return new MontageError(
    {
      code: 'E_INTERCHANGE_ENCODING',
      message: `this is no ${encoding} text`,
      where: path,
      hint: 'save it as UTF-8',
      stage: 'import',
    },
    { cause },
  );
}
