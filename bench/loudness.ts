import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { loudnessOf, soundOf } from '../tests/media/finished-sound.ts';
import { writeResults } from './results.ts';

/** Every file of real media that has sound, brought to each target, encoded, and measured by ffmpeg's ebur128. */
const TARGETS = [-16, -14, -23, -24] as const;
const CODECS = { aac: 'm4a', opus: 'opus' } as const;

const root = resolve(process.env['MONTAGE_TEST_MEDIA'] ?? '../shared/media');
const manifest = z.array(z.object({ file: z.string(), audio: z.array(z.string()).nullish() }));
const listed = existsSync(join(root, 'MANIFEST.json'))
  ? manifest.parse(JSON.parse(readFileSync(join(root, 'MANIFEST.json'), 'utf8')))
  : [];
const heard = listed.filter(({ file, audio }) => file.startsWith('audio/') || (audio ?? []).length > 0);
const tools = await findFfmpeg();
const folder = await mkdtemp(join(tmpdir(), 'montage-bench-'));
const [wanted] = process.argv.slice(2).filter((argument) => /^-\d+$/.test(argument));
const only = process.argv.slice(2).find((argument) => /^(?!-)./.test(argument)) ?? '';
const rows: Record<string, string | number | null>[] = [];
try {
  for (const { file } of heard.filter((entry) => entry.file.includes(only))) {
    for (const target of TARGETS.filter((lufs) => wanted === undefined || lufs === Number(wanted))) {
      for (const codec of ['aac', 'opus'] as const) {
        if (codec === 'opus' && (target !== -16 || !file.startsWith('audio/'))) continue;
        const made = await soundOf(join(root, file), join(folder, `out.${CODECS[codec]}`), codec, target);
        const found = await loudnessOf(tools, made.path);
        const { before, gainDb, limitedDb, note } = made.loudness;
        rows.push({
          file,
          codec,
          target,
          before: before.lufs,
          'before dBTP': before.dbtp,
          lufs: found.lufs,
          dbtp: found.dbtp,
          'gain dB': gainDb,
          'limited dB': limitedDb,
          note: note ?? '',
        });
      }
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const measured = rows.filter(({ before }) => before !== null);
const off = measured.map(({ lufs, target }) => Math.abs(Number(lufs) - Number(target)));
const peaks = measured.map(({ dbtp }) => Number(dbtp));
rows.push({
  file: `worst of ${measured.length} (of ${rows.length} renders; the others have no loudness)`,
  codec: '',
  target: 0,
  before: null,
  'before dBTP': null,
  lufs: Math.max(0, ...off),
  dbtp: Math.max(...peaks),
  'gain dB': null,
  'limited dB': Math.max(0, ...measured.map((row) => Number(row['limited dB']))),
  note: 'lufs: largest distance from the target in LU; dbtp: highest true peak',
});
await writeResults('loudness', {
  what: 'Real sound brought to a loudness, encoded, and measured by ebur128: integrated loudness (LUFS), true peak (dBTP).',
  rows,
});
