import { open, stat, type FileHandle } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { MontageError, type Fault } from '../../core/errors.ts';
import { pictureRun, runArgs, runPath, runsOfPattern, sizeOnDisk, type PictureRun } from './picture-run.ts';

const SNIFFED_BYTES = 4096;
const PLAYLIST_EXTENSIONS = new Set([
  ...['.m3u', '.m3u8', '.pls', '.ffconcat', '.concat', '.sdp', '.mpd', '.asx', '.wpl', '.xspf', '.smil', '.ismc'],
]);
/** How files that name other files begin: HLS, concat, SDP, DASH, SMIL, XSPF, IMF, ASX, PLS, QuickTime reference text. */
const PLAYLIST_CONTENT = [
  /^\s*#EXTM3U/,
  /^\s*ffconcat version/i,
  /^\s*file\s+['"]?\S+/i,
  /^v=0\r?\n[\s\S]*^[oms]=/m,
  /^(?:.*\n)*c=IN IP/,
  /<MPD[\s>]/,
  /<smil[\s>]/i,
  /<playlist[\s>]/i,
  /<CompositionPlaylist[\s>]/,
  /<asx[\s>]/i,
  /^\s*\[playlist\]/i,
  /^\s*\[Reference\]/i,
  /^\s*(?:rtsp|rtmp|https?|mms|concat|subfile):/i,
  /^RTSPtextRTSP:/,
];

/** An absolute path that was looked at: it is a readable, non-empty file and names no other files. */
export type CheckedInput = {
  readonly path: string;
  readonly sizeBytes: number;
  /** Where the path stands for numbered pictures. */
  readonly run?: PictureRun | undefined;
};

/**
 * Looks at a file before ffmpeg does: absent, a directory, unreadable, empty, or a playlist-like file (by extension and
 * by content, as ffmpeg itself goes by content) is refused.
 *
 * @throws MontageError E_NOT_FOUND, E_IS_DIRECTORY, E_NOT_A_FILE, E_PERMISSION, E_EMPTY_FILE or E_PLAYLIST
 */
export async function checkInput(file: string): Promise<CheckedInput> {
  const path = resolve(file);
  const run = pictureRun(path) ?? (await runsOfPattern(path))?.[0];
  if (run !== undefined) return checkRun(run);
  const refuse = (fault: Omit<Fault, 'where' | 'stage'>): never => {
    throw new MontageError({ ...fault, where: path, stage: 'open' });
  };
  const handle = await openForReading(path);
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) refuse({ code: 'E_IS_DIRECTORY', message: 'this is a folder, not a media file' });
    if (!stats.isFile()) refuse({ code: 'E_NOT_A_FILE', message: 'this is not a regular file' });
    if (stats.size === 0) refuse({ code: 'E_EMPTY_FILE', message: 'the file is empty', hint: 'copy it again' });
    if (PLAYLIST_EXTENSIONS.has(extname(path).toLowerCase()) || (await looksLikePlaylist(handle))) {
      refuse({
        code: 'E_PLAYLIST',
        message: 'playlists and files that name other files are not opened',
        hint: 'add the media files themselves',
      });
    }
    return { path, sizeBytes: stats.size };
  } finally {
    await handle.close();
  }
}

/** Every picture of a run is there. */
async function checkRun(run: PictureRun): Promise<CheckedInput> {
  const path = runPath(run);
  const sizeBytes = await sizeOnDisk(path).catch((error: unknown) => {
    const missing = error instanceof Error && 'path' in error ? String(error.path) : path;
    throw openFault(error, missing);
  });
  return { path, sizeBytes, run };
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    // Asked first: opening a FIFO would wait for its writer.
    const stats = await stat(path);
    if (!stats.isFile() && !stats.isDirectory()) {
      throw new MontageError({
        code: 'E_NOT_A_FILE',
        message: 'this is not a regular file',
        where: path,
        stage: 'open',
      });
    }
    return await open(path, 'r');
  } catch (error) {
    throw error instanceof MontageError ? error : openFault(error, path);
  }
}

function openFault(error: unknown, path: string): MontageError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const where = { where: path, stage: 'open' };
  const cause = { cause: error };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new MontageError({ code: 'E_NOT_FOUND', message: 'there is no such file', ...where }, cause);
  }
  if (code === 'EISDIR') {
    return new MontageError({ code: 'E_IS_DIRECTORY', message: 'this is a folder, not a media file', ...where }, cause);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const hint = 'check the permissions of the file and its folders';
    return new MontageError({ code: 'E_PERMISSION', message: 'the file may not be read', hint, ...where }, cause);
  }
  return new MontageError(
    { code: 'E_UNREADABLE', message: `the file cannot be opened (${String(code)})`, ...where },
    cause,
  );
}

async function looksLikePlaylist(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0);
  const head = buffer.subarray(0, bytesRead);
  if (head.includes(0)) return false;
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  return PLAYLIST_CONTENT.some((pattern) => pattern.test(text));
}

const STILL_SEQUENCE_EXTENSIONS = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.bmp',
  '.tif',
  '.tiff',
  '.webp',
  '.gif',
  '.tga',
  '.dpx',
]);

/** How a checked file is named to ffmpeg: no other protocol is reachable, and no name is read as an option or pattern. */
export function inputArgs(input: CheckedInput): readonly string[] {
  const { run, path } = input;
  return run === undefined
    ? [...openArgs(path), '-i', `file:${path}`]
    : ['-protocol_whitelist', 'file,pipe', ...runArgs(run)];
}

function openArgs(path: string): readonly string[] {
  const whitelist = ['-protocol_whitelist', 'file,pipe'];
  // A picture named shot%03d.png is one picture, not a sequence.
  const isPattern = path.includes('%') && STILL_SEQUENCE_EXTENSIONS.has(extname(path).toLowerCase());
  return isPattern ? [...whitelist, '-f', 'image2', '-pattern_type', 'none'] : whitelist;
}
