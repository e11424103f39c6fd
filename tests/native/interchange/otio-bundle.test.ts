import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { exportTimeline, importTimeline } from '../../../core/interchange/interchange.ts';
import { writeOtioz } from '../../../native/interchange/otio-bundle.ts';
import { readOtiozText, unpackOtioz } from '../../../native/interchange/otio-bundle-read.ts';
import { exportInput, picture, R, timelineOf, videoMedia, videoTrack } from '../../interchange/cut-builder.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'montage-otioz-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

let count = 0;
const fresh = () => join(folder, `bundle-${(count += 1)}.otioz`);

/** A timeline of media files on this disk. */
function otioOf(paths: readonly string[]): string {
  const media = paths.map((path, index) => videoMedia(`clip-${index}`, R.r25, 100, { path }));
  const clips = media.map((item, index) => picture(item, R.r25, 0, index * 10, 10));
  const timeline = timelineOf(R.r25, [videoTrack(1, clips)]);
  return exportTimeline('otio', exportInput(timeline, media)).files[0]?.text ?? '';
}

const pathsIn = (text: string) =>
  importTimeline('otio', text).tracks.flatMap((track) => track.clips.map((clip) => clip.media.path));

/** An archive by hand. */
async function archive(fill: (zip: ZipFile) => void): Promise<string> {
  const path = fresh();
  const zip = new ZipFile();
  fill(zip);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

/** The bytes of an archive with every occurrence of a name replaced by one as long. */
async function renamed(path: string, from: string, to: string): Promise<string> {
  const bytes = await readFile(path);
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at);
  await writeFile(path, bytes);
  return path;
}

describe('OTIO bundles', () => {
  test('hold the timeline and its media, equal names apart, and come back byte by byte with their new addresses', async () => {
    const names = ['a/Take é #1 100%.mov', 'b/Take é #1 100%.mov', 'c/TAKE É #1 100%.MOV'];
    const paths = names.map((name) => join(folder, 'sources', name));
    for (const [index, path] of paths.entries()) {
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, Buffer.alloc(70_000 + index, index + 1));
    }
    const bundle = fresh();
    const gone = join(folder, 'gone.mov');
    const written = await writeOtioz(bundle, otioOf([...paths, paths[0] ?? '', gone]));
    expect(written.packed).toEqual(paths);
    expect(written.missing).toHaveLength(1);
    const again = fresh();
    await writeOtioz(again, otioOf([...paths, paths[0] ?? '', gone]));
    expect(await readFile(again)).toEqual(await readFile(bundle));

    const target = join(folder, 'unpacked');
    const { text, media } = await unpackOtioz(bundle, target);
    expect(media).toHaveLength(3);
    expect(new Set(media.map((path) => path.normalize('NFC').toLowerCase())).size).toBe(3);
    const [first, second, third, repeated, missing] = pathsIn(text);
    expect([first, second, third]).toEqual(media);
    expect(repeated).toBe(first);
    expect(missing).toBe(gone);
    for (const [index, path] of paths.entries())
      expect(await readFile(media[index] ?? '')).toEqual(await readFile(path));
    expect((await unpackOtioz(bundle, target)).text).toBe(text);
    expect(await readOtiozText(bundle)).toContain('"media/Take%20%C3%A9%20%231%20100%25.mov"');
  });

  test('media are stored, not compressed, and stream through', async () => {
    const source = join(folder, 'large.mov');
    const file = await open(source, 'w');
    await file.truncate(192 * 1024 * 1024);
    await file.close();
    const bundle = fresh();
    const before = process.memoryUsage().rss;
    await writeOtioz(bundle, otioOf([source]));
    expect((await stat(bundle)).size).toBeGreaterThan(192 * 1024 * 1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
    await expect(unpackOtioz(bundle, join(folder, 'large'))).resolves.toMatchObject({ media: [expect.any(String)] });
    await rm(bundle);
  });

  test('archives with ZIP64 records are read', async () => {
    const text = Buffer.from(otioOf([]));
    const path = await archive((zip) => {
      zip.addBuffer(text, 'content.otio', { forceZip64Format: true });
      zip.addBuffer(Buffer.from('x'), 'media/x.mov', { forceZip64Format: true, compress: false });
    });
    expect((await unpackOtioz(path, join(folder, 'zip64'))).media).toHaveLength(1);
  });

  const content = (zip: ZipFile) => {
    zip.addBuffer(Buffer.from('{"OTIO_SCHEMA":"Timeline.1"}'), 'content.otio');
  };

  test.each([
    ['a name that climbs out', 'media/../../evil', /E_INTERCHANGE_HOSTILE/],
    ['an absolute name', '/etc/media/evil_', /E_INTERCHANGE_HOSTILE/],
    ['a drive', 'C:/edia/../evil_', /E_INTERCHANGE_HOSTILE/],
    ['a name with backslashes', 'media\\..\\..\\evil', /E_INTERCHANGE_HOSTILE/],
  ])('%s is refused before anything is written', async (_, name, reason) => {
    const plain = 'media/'.padEnd(name.length, 'z');
    const made = await archive((zip) => {
      content(zip);
      zip.addBuffer(Buffer.from('evil'), plain);
    });
    const target = join(folder, `slip-${count}`);
    await expect(unpackOtioz(await renamed(made, plain, name), target)).rejects.toThrow(reason);
    await expect(stat(target)).rejects.toThrow();
  });

  test('links, repeated names and bombs are refused', async () => {
    const link = await archive((zip) => {
      content(zip);
      zip.addBuffer(Buffer.from('/etc/passwd'), 'media/link', { mode: 0o120777 });
    });
    await expect(unpackOtioz(link, join(folder, 'link'))).rejects.toThrow(/E_INTERCHANGE_HOSTILE.*link/);
    const twice = await archive((zip) => {
      content(zip);
      zip.addBuffer(Buffer.from('1'), 'media/x');
      zip.addBuffer(Buffer.from('2'), 'media/y');
    });
    await expect(unpackOtioz(await renamed(twice, 'media/y', 'media/x'), join(folder, 'twice'))).rejects.toThrow(
      /E_INTERCHANGE_HOSTILE.*twice/,
    );
    const bomb = await archive((zip) => {
      content(zip);
      zip.addBuffer(Buffer.alloc(64 * 1024 * 1024), 'media/bomb.mov');
    });
    await expect(unpackOtioz(bomb, join(folder, 'bomb'))).rejects.toThrow(/E_INTERCHANGE_HOSTILE.*unpacks to/);
    const text = await archive((zip) => {
      zip.addBuffer(Buffer.alloc(65 * 1024 * 1024, ' '), 'content.otio', { compress: false });
    });
    await expect(readOtiozText(text)).rejects.toThrow(/E_TOO_LARGE/);
  });

  test('sizes that lie are refused', async () => {
    const honest = await archive((zip) => {
      content(zip);
      zip.addBuffer(Buffer.alloc(5000, 'abc'), 'media/x.mov', { compress: false });
    });
    const bytes = await readFile(honest);
    // The central directory's uncompressed size (APPNOTE.TXT 4.3.12), of the second entry.
    const record = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    bytes.writeUInt32LE(0x7fff_fff0, record + 24);
    await writeFile(honest, bytes);
    await expect(unpackOtioz(honest, join(folder, 'lie'))).rejects.toThrow(/E_INTERCHANGE_(?:ZIP|HOSTILE)/);
  });

  test('damaged bundles, other archives and other files are refused with a code', async () => {
    const bundle = fresh();
    const source = join(folder, 'small.mov');
    await writeFile(source, Buffer.alloc(3000, 7));
    await writeOtioz(bundle, otioOf([source]));
    const bytes = await readFile(bundle);
    const flipped = Buffer.from(bytes);
    flipped.fill(9, bytes.indexOf(Buffer.alloc(100, 7)), bytes.indexOf(Buffer.alloc(100, 7)) + 10);
    for (const damaged of [bytes.subarray(0, 300), Buffer.alloc(0), Buffer.from('PK\u0003\u0004'), flipped]) {
      const path = fresh();
      await writeFile(path, damaged);
      await expect(unpackOtioz(path, join(folder, `damaged-${count}`))).rejects.toThrow(/E_INTERCHANGE_ZIP/);
    }
    const other = await archive((zip) => {
      zip.addBuffer(Buffer.from('x'), 'readme.txt');
    });
    await expect(readOtiozText(other)).rejects.toThrow(/E_INTERCHANGE_ZIP.*content\.otio/);
    const latin = await archive((zip) => {
      zip.addBuffer(Buffer.from('{"name":"\u00FC"}', 'latin1'), 'content.otio');
    });
    await expect(readOtiozText(latin)).rejects.toThrow(/E_INTERCHANGE_ENCODING/);
    await expect(readOtiozText(join(folder, 'none.otioz'))).rejects.toThrow(/E_NOT_FOUND/);
  });

  test('files that are there are not overwritten, and media that are a folder stay where they are', async () => {
    const path = await archive((zip) => {
      content(zip);
      zip.addBuffer(Buffer.from('new'), 'media/x.mov');
    });
    const target = join(folder, 'there');
    await mkdir(join(target, 'media'), { recursive: true });
    await writeFile(join(target, 'media', 'x.mov'), 'another');
    await expect(unpackOtioz(path, target)).rejects.toThrow(/E_EXISTS/);
    const outside = join(folder, 'outside');
    await mkdir(outside);
    await symlink(outside, join(folder, 'link.mov'));
    expect((await writeOtioz(fresh(), otioOf([join(folder, 'link.mov')]))).packed).toEqual([]);
  });
});
