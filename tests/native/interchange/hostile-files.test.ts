import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCut } from '../../../cli/commands/timeline.ts';
import { MontageError } from '../../../core/errors.ts';
import { exportTimeline } from '../../../core/interchange/interchange.ts';
import { exportSide, isSideFormat } from '../../../core/interchange/side-formats.ts';
import { openForConversion } from '../../../native/interchange/open-cut.ts';
import { importCutText, readCutText } from '../../../native/interchange/read-cut.ts';
import { montage } from '../../cli/run-montage.ts';
import { baseEdit, exportInput, R } from '../../interchange/cut-builder.ts';
import { testScale } from '../../scale.ts';
import type { ReadFormat } from '../../interchange/whole-way.ts';

const EXTENSIONS = {
  otio: 'otio',
  fcpxml: 'fcpxml',
  fcp7: 'xml',
  edl: 'edl',
  srt: 'srt',
  vtt: 'vtt',
  ass: 'ass',
} as const;
type Format = Exclude<ReadFormat, 'csv'>;
const FORMATS: readonly Format[] = ['otio', 'fcpxml', 'fcp7', 'edl', 'srt', 'vtt', 'ass'];

const CAPTIONS: Readonly<Record<'srt' | 'vtt' | 'ass', string>> = {
  srt: '1\n00:00:01,000 --> 00:00:02,000\nGrüezi\n',
  vtt: 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGrüezi\n',
  ass: '[Script Info]\n[Events]\nFormat: Start, End, Style, Text\nDialogue: 0:00:01.00,0:00:02.00,D,Grüezi\n',
};

/** A sound file of each format, with letters that every encoding writes in its own way. */
function sound(format: Format): string {
  if (format === 'srt' || format === 'vtt' || format === 'ass') return CAPTIONS[format];
  const { timeline, media } = baseEdit(R.r25);
  const input = exportInput({ ...timeline, name: 'Grüezi' }, media);
  return (isSideFormat(format) ? exportSide(format, input) : exportTimeline(format, input)).files[0]?.text ?? '';
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'montage-hostile-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

let count = 0;
async function fileOf(format: Format, bytes: Buffer | string): Promise<string> {
  const path = join(folder, `file-${(count += 1)}.${EXTENSIONS[format]}`);
  await writeFile(path, bytes);
  return path;
}

/** What takes longer than this on a busy machine hangs. */
const LONGEST_MS = 20_000;
/** Beyond the text itself, what reading one file may take. */
const MOST_MEMORY = 1024 * 1024 * 1024;

/** What both commands make of a file: that it is read, or one code with what to do, in bounded time and memory. */
async function outcome(path: string): Promise<string> {
  const started = performance.now();
  const before = process.memoryUsage().rss;
  const tried = await Promise.all([
    settled(async () => describeCut(importCutText(await readCutText(path)))),
    settled(() => openForConversion(path, {})),
  ]);
  expect(performance.now() - started).toBeLessThan(LONGEST_MS);
  expect(process.memoryUsage().rss - before).toBeLessThan(MOST_MEMORY);
  expect(tried[0]).toBe(tried[1]);
  return tried[0];
}

async function settled(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
    return 'read';
  } catch (error) {
    if (!(error instanceof MontageError)) throw error;
    const { code, hint, message } = error.fault;
    expect(hint ?? '', `${code}: ${message}`).not.toBe('');
    return code;
  }
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap16();
}

const JSON_BAD = 'E_INTERCHANGE_JSON';
const XML_BAD = 'E_INTERCHANGE_XML';
const EMPTY = 'E_INTERCHANGE_EMPTY';
const UNKNOWN = 'E_UNKNOWN_FORMAT';
const ENCODING = 'E_INTERCHANGE_ENCODING';
const HOSTILE = 'E_INTERCHANGE_HOSTILE';

type Damage = {
  readonly name: string;
  readonly bytes: (text: string, format: Format) => Buffer | string;
  /** One outcome for all formats, or by format; those that are left out are not tried. */
  readonly expected: string | Readonly<Partial<Record<Format, string>>>;
};

const nothing: Damage['expected'] = {
  otio: JSON_BAD,
  fcpxml: XML_BAD,
  fcp7: UNKNOWN,
  edl: 'E_INTERCHANGE_EDL',
  srt: EMPTY,
  vtt: UNKNOWN,
  ass: EMPTY,
};

const DAMAGES: readonly Damage[] = [
  { name: 'as it was written', bytes: (text) => text, expected: 'read' },
  { name: 'UTF-8 with a byte order mark', bytes: (text) => `\uFEFF${text}`, expected: 'read' },
  {
    name: 'UTF-16 LE with a byte order mark',
    bytes: (text) => Buffer.from(`\uFEFF${text.replace('UTF-8', 'UTF-16')}`, 'utf16le'),
    expected: 'read',
  },
  {
    name: 'UTF-16 BE with a byte order mark',
    bytes: (text) => swapped(Buffer.from(`\uFEFF${text.replace('UTF-8', 'UTF-16')}`, 'utf16le')),
    expected: 'read',
  },
  { name: 'UTF-16 LE without a mark', bytes: (text) => Buffer.from(text, 'utf16le'), expected: ENCODING },
  { name: 'UTF-16 BE without a mark', bytes: (text) => swapped(Buffer.from(text, 'utf16le')), expected: ENCODING },
  {
    name: 'half of a UTF-16 character at its end',
    bytes: (text) => Buffer.concat([Buffer.from(`\uFEFF${text}`, 'utf16le'), Buffer.from([0x41])]),
    expected: ENCODING,
  },
  {
    name: 'Latin-1 that says it is UTF-8',
    bytes: (text) => Buffer.from(text.includes('ü') ? text : text.replace('T', 'ü'), 'latin1'),
    expected: ENCODING,
  },
  { name: 'a NUL in it', bytes: (text) => text.replace('Grüezi', 'Gr\u0000ezi'), expected: ENCODING },
  { name: 'nothing', bytes: () => '', expected: nothing },
  { name: 'a byte order mark alone', bytes: () => '\uFEFF', expected: nothing },
  { name: 'spaces alone', bytes: () => ' \n\t\r\n '.repeat(1000), expected: nothing },
  {
    name: 'a picture with the extension',
    bytes: () => Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(5000, 0xc3)]),
    expected: ENCODING,
  },
  {
    name: 'a zip archive that is none',
    bytes: () => Buffer.from('PK\u0003\u0004garbage'),
    expected: 'E_INTERCHANGE_ZIP',
  },
  {
    name: '100 000 levels of JSON',
    bytes: () => `{"OTIO_SCHEMA":"Timeline.1","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    expected: { otio: HOSTILE },
  },
  {
    name: '100 000 levels of elements',
    bytes: (_, format) =>
      `<${format === 'fcp7' ? 'xmeml' : 'fcpxml'}>${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`,
    expected: { fcpxml: HOSTILE, fcp7: HOSTILE },
  },
  {
    name: 'a billion laughs',
    bytes: (_, format) => bomb(format === 'fcp7' ? 'xmeml' : 'fcpxml', 10, 10),
    expected: { fcpxml: HOSTILE, fcp7: HOSTILE },
  },
  {
    name: 'one long entity a hundred thousand times',
    bytes: (_, format) => {
      const root = format === 'fcp7' ? 'xmeml' : 'fcpxml';
      return `<!DOCTYPE ${root} [<!ENTITY a "${'a'.repeat(100_000)}">]><${root}>${'&a;'.repeat(100_000)}</${root}>`;
    },
    expected: { fcpxml: HOSTILE, fcp7: HOSTILE },
  },
  {
    name: 'an entity from a file',
    bytes: (_, format) => {
      const root = format === 'fcp7' ? 'xmeml' : 'fcpxml';
      return `<!DOCTYPE ${root} [<!ENTITY x SYSTEM "file:///etc/passwd">]><${root}>&x;</${root}>`;
    },
    expected: { fcpxml: HOSTILE, fcp7: HOSTILE },
  },
  {
    name: 'entities that nobody declared',
    bytes: (text) => text.replaceAll('Grüezi', '&a;&#1114112;&#0;&lol9;'),
    expected: { fcpxml: 'read', fcp7: 'read' },
  },
  {
    name: 'a tag of twenty million characters',
    bytes: (_, format) => `<${format === 'fcp7' ? 'xmeml' : 'fcpxml'} ${' '.repeat(20_000_000)}`,
    expected: { fcpxml: HOSTILE, fcp7: HOSTILE },
  },
  {
    name: 'a line of twenty million characters',
    bytes: (text) => `${text}\n${'a '.repeat(10_000_000)}`,
    expected: { edl: 'read', srt: 'read', vtt: 'read', ass: 'read' },
  },
  {
    name: 'NaN in place of a number',
    bytes: (text) => text.replace(/"value": \d+/, '"value": NaN'),
    expected: { otio: JSON_BAD },
  },
  {
    name: 'times that are no numbers',
    bytes: (text) => text.replace(/duration="[^"]*"/g, 'duration="NaN"').replace(/<(start|end)>\d+/g, '<$1>Infinity'),
    expected: { fcpxml: 'E_INTERCHANGE_FCPXML', fcp7: 'read' },
  },
  {
    name: 'negative times',
    bytes: (text) =>
      text
        .replace(/("value": |offset="|<start>|<in>)(\d)/g, '$1-$2')
        .replace(/(\d\d:\d\d:\d\d:\d\d) (\d\d:\d\d:\d\d:\d\d)$/gm, '$2 $1'),
    expected: { otio: 'read', fcpxml: 'read', fcp7: 'read', edl: 'read' },
  },
  {
    name: 'times beyond all time',
    bytes: (text) => text.replace(/("value": |duration="|<end>)\d+/g, '$1999999999999999'),
    expected: { otio: 'read', fcpxml: 'E_INTERCHANGE_FCPXML', fcp7: 'read' },
  },
  {
    name: 'an impossible timecode',
    bytes: (text) => text.replace(/\d\d:\d\d:\d\d:\d\d$/m, '99:99:99:99'),
    expected: { edl: 'E_INTERCHANGE_TIMECODE' },
  },
  {
    name: 'the same ids everywhere',
    bytes: (text) => text.replace(/ id="[^"]*"/g, ' id="x"').replace(/<linkclipref>[^<]*/g, '<linkclipref>x'),
    expected: { fcpxml: 'E_INTERCHANGE_FCPXML', fcp7: 'read' },
  },
  { name: 'CSV', bytes: () => 'a,b\n1,2\n', expected: nothing },
];

function bomb(root: string, levels: number, width: number): string {
  const entities = Array.from({ length: levels }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(width)}">`);
  return `<?xml version="1.0"?><!DOCTYPE ${root} [<!ENTITY l0 "lol">${entities.join('')}]><${root}>&l${levels};</${root}>`;
}

const ROWS = DAMAGES.flatMap(({ name, bytes, expected }) =>
  FORMATS.flatMap((format) => {
    const wanted = typeof expected === 'string' ? expected : expected[format];
    return wanted === undefined ? [] : [[format, name, wanted, bytes] as const];
  }),
);

describe('a file of another editor that is', () => {
  test.each(ROWS)('%s, %s: %s', async (format, _, wanted, bytes) => {
    expect(await outcome(await fileOf(format, bytes(sound(format), format)))).toBe(wanted);
  });

  test.each(FORMATS)('%s of 100 MB is refused before it is read', async (format) => {
    const path = join(folder, `large.${EXTENSIONS[format]}`);
    const file = await open(path, 'w');
    await file.write(sound(format));
    await file.truncate(100 * 1024 * 1024);
    await file.close();
    expect(await outcome(path)).toBe('E_TOO_LARGE');
    await rm(path);
  });
});

describe('a path that names', () => {
  const inFolder = async (make: (path: string) => Promise<unknown>, name = `place-${(count += 1)}.otio`) => {
    const path = join(folder, name);
    await make(path);
    return path;
  };
  const PATHS: readonly (readonly [string, string, () => Promise<string>])[] = [
    ['nothing', 'E_NOT_FOUND', async () => join(folder, 'none.otio')],
    ['a folder', 'E_NOT_FOUND', () => inFolder((path) => mkdir(path))],
    ['something below a file', 'E_NOT_A_FOLDER', async () => join(await fileOf('edl', 'x'), 'y.otio')],
    ['a link to itself', 'E_NOT_FOUND', () => inFolder((path) => symlink(path, path))],
    ['a link to nothing', 'E_NOT_FOUND', () => inFolder((path) => symlink(`${path}.gone`, path))],
    ['a pipe that nobody writes to', 'E_NOT_A_FILE', () => inFolder(async (path) => execFileSync('mkfifo', [path]))],
    ['a device without end', 'E_NOT_A_FILE', () => inFolder((path) => symlink('/dev/zero', path))],
    ['a name that is too long', 'E_NAME_TOO_LONG', async () => join(folder, `${'n'.repeat(300)}.otio`)],
    ...[
      'a\nb.otio',
      '-o.otio',
      '$(id);`id`|.otio',
      '\'"%20#?&+.otio',
      'a\u202eoito.otio',
      '日本 e\u0301.otio',
      ' .otio',
    ].map(
      (name) => [JSON.stringify(name), 'read', () => inFolder((path) => writeFile(path, sound('otio')), name)] as const,
    ),
  ];
  test.each(PATHS)('%s: %s', async (_, wanted, path) => {
    expect(await outcome(await path())).toBe(wanted);
  });

  test('media at hostile places is looked for as a file and nothing else', async () => {
    const places = [
      '/dev/zero',
      'http://127.0.0.1:9/x.mov',
      'concat:/etc/passwd|/etc/hosts',
      'file:///etc/passwd',
      '-i',
      '|id',
      'data:,x',
      '\\\\host\\share\\x.mov',
    ];
    const edl = places
      .map(
        (place, at) =>
          `00${at + 1}  R${at}  V  C  00:00:00:00 00:00:01:00 00:00:0${at}:00 00:00:0${at + 1}:00\n* SOURCE FILE: ${place}\n`,
      )
      .join('');
    const { missing, imported } = await openForConversion(await fileOf('edl', `TITLE: T\n${edl}`), {});
    expect(imported.tracks[0]?.clips).toHaveLength(places.length);
    expect(missing).toHaveLength(places.length);
  });
});

test.skipIf(process.getuid?.() !== 0)('a file that only others may read', async () => {
  const path = await fileOf('otio', sound('otio'));
  await chmod(path, 0o600);
  process.seteuid?.(65_534);
  try {
    expect(await outcome(path)).toBe('E_NO_PERMISSION');
  } finally {
    process.seteuid?.(0);
  }
});

describe('dense files', () => {
  // 60 MB in `npm run test:deep`.
  const bytes = testScale < 20 ? 1_000_000 : 60_000_000;
  const clock = (at: number) => new Date(at * 1000).toISOString().slice(11, 19);
  const DENSE: Readonly<Record<Format, (at: number) => string>> = {
    otio: () =>
      `,{"OTIO_SCHEMA":"Clip.2","source_range":{"start_time":{"value":5,"rate":25},"duration":{"value":1,"rate":25}}}`,
    fcpxml: () => '<asset-clip ref="a" duration="1/25s"/>\n',
    fcp7: (at) => `<clipitem id="c${at}"><start>${at}</start><end>${at + 1}</end><in>0</in><out>1</out></clipitem>`,
    edl: (at) => `001  AX  V  C  00:00:00:00 00:00:00:01 ${clock(at)}:00 ${clock(at)}:01\n`,
    srt: (at) => `${clock(at)},000 --> ${clock(at)},500\nx\n\n`,
    vtt: (at) => `${clock(at)}.000 --> ${clock(at)}.500\nx\n\n`,
    ass: (at) => `Dialogue: ${clock(at)}.00,${clock(at)}.50,D,x\n`,
  };
  const AROUND: Readonly<Record<Format, readonly [string, string]>> = {
    otio: [
      '{"OTIO_SCHEMA":"Timeline.1","tracks":{"OTIO_SCHEMA":"Stack.1","children":[{"OTIO_SCHEMA":"Track.1","kind":"Video","children":[{}',
      ']}]}}',
    ],
    fcpxml: [
      '<fcpxml version="1.10"><resources><format id="r1" frameDuration="1/25s"/><asset id="a" hasVideo="1" duration="9s" format="r1"/></resources><project><sequence format="r1"><spine>',
      '</spine></sequence></project></fcpxml>',
    ],
    fcp7: [
      '<xmeml version="5"><sequence id="s"><rate><timebase>25</timebase></rate><media><video><track>',
      '</track></video></media></sequence></xmeml>',
    ],
    edl: ['TITLE: T\n', ''],
    srt: ['', ''],
    vtt: ['WEBVTT\n\n', ''],
    ass: ['[Script Info]\n[Events]\nFormat: Start, End, Style, Text\n', ''],
  };

  test.each(FORMATS)(
    '%s full of clips are read, or refused as too large, in bounded time and memory',
    async (format) => {
      const unit = DENSE[format];
      const [head, tail] = AROUND[format];
      const length = Math.floor(bytes / unit(90_000).length);
      const path = await fileOf(format, `${head}${Array.from({ length }, (_, at) => unit(at)).join('')}${tail}`);
      const started = performance.now();
      const { status, stdout, stderr } = await montage(['timeline', path, '--json'], {
        env: { NODE_OPTIONS: '--max-old-space-size=2048' },
      });
      expect(performance.now() - started).toBeLessThan(20_000 + (bytes / 1_000_000) * 2000);
      if (status === 0) expect(stdout).toContain('"tracks"');
      else expect(stderr).toMatch(/E_INTERCHANGE_TOO_LARGE: .*, export /);
      await rm(path);
    },
  );
});
