import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createLoudnessMeter } from '../core/analysis/loudness.ts';
import { findFfmpeg } from '../native/ffmpeg/find.ts';
import { ebur128, hear } from '../tests/media/heard.ts';
import { deviations, tech3341, tech3342, truePeakBursts, truePeakTones } from '../tests/core/analysis/ebu-vectors.ts';
import { mediaRoot } from '../tests/media-root.ts';
import { writeResults } from './results.ts';

/** Loudness: tone sequences synthesised from their definition, and real files beside ffmpeg's ebur128. */
type Row = Readonly<Record<string, string | number | null>>;

function vectorRows(): readonly Row[] {
  return [...tech3341(), ...tech3342(), ...truePeakTones(), ...truePeakBursts()].map((vector) => {
    const meter = createLoudnessMeter(vector.sampleRateHz, vector.channels, vector.layout);
    meter.push(vector.samples());
    const off = deviations(vector, meter.finish());
    const loudness = [off.integrated, off.momentary, off.shortTerm].filter((value) => value !== null);
    return {
      case: vector.name,
      'loudness off LU': loudness.length === 0 ? null : Math.max(...loudness),
      'range off LU': off.range,
      'true peak off dB': off.truePeak,
    };
  });
}

async function fileRows(root: string): Promise<readonly Row[]> {
  const manifest = z.array(z.object({ file: z.string(), audio: z.array(z.string()).nullish() }));
  const listed = manifest.parse(JSON.parse(readFileSync(join(root, 'MANIFEST.json'), 'utf8')));
  const tools = await findFfmpeg();
  const rows: Row[] = [];
  for (const { file } of listed.filter(({ audio }) => (audio ?? []).length > 0)) {
    const path = join(root, file);
    if (!existsSync(path)) continue;
    const { results } = await hear(path, ['loudness']);
    const ours = results.find((result) => result.kind === 'loudness');
    const [lufs, lu] = [ours?.integratedLufs ?? null, ours?.rangeLu ?? null];
    const theirs = await ebur128(tools, path);
    const refused = Number.isNaN(theirs.integratedLufs);
    const silent = theirs.integratedLufs <= -70;
    const off = lufs === null || refused ? null : Math.abs(lufs - theirs.integratedLufs);
    const range = lu === null || refused ? null : Math.abs(lu - theirs.rangeLu);
    rows.push({
      case: file,
      'loudness off LU': silent && off === null ? 0 : off,
      'range off LU': range,
      'true peak off dB': null,
      LUFS: lufs,
      'ebur128 LUFS': refused ? null : theirs.integratedLufs,
      note: refused ? 'ebur128 refuses sound of an unknown channel layout' : '',
    });
  }
  return rows;
}

function worst(name: string, rows: readonly Row[]): Row {
  const most = (key: string) => Math.max(0, ...rows.map((row) => Number(row[key] ?? 0)));
  const keys = ['loudness off LU', 'range off LU', 'true peak off dB'];
  return { case: `worst of ${rows.length} ${name}`, ...Object.fromEntries(keys.map((key) => [key, most(key)])) };
}

const vectors = vectorRows();
const files = mediaRoot === undefined ? [] : await fileRows(mediaRoot);
await writeResults('hearing', {
  what: 'Loudness: distance from the definition of EBU Tech 3341/3342 sequences, and from ffmpeg ebur128 on real files (whose range is informative: it counts in tenths of its own percentiles, 20 where there is one value)',
  rows: [...vectors, ...files, worst('vectors', vectors), worst('files', files)],
});
