import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { findFfmpeg } from '../../native/ffmpeg/find.ts';
import { frameTable } from '../../native/media/probe.ts';
import { runProgram } from '../../native/process/programs.ts';
import { montage } from '../cli/run-montage.ts';
import { mediaRoot } from '../media-root.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const imported = z.object({
  added: z.array(z.unknown()),
  known: z.array(z.unknown()),
  rejected: z.array(z.object({ file: z.string(), fault: z.object({ code: z.string() }) })),
});
const report = z.object({
  cut: z.object({ clips: z.int(), durationSeconds: z.number(), rate: z.string() }),
  exports: z.array(z.object({ format: z.string(), readBack: z.object({ clips: z.int(), matching: z.int() }) })),
});
const DTD = join(import.meta.dirname, '../../../shared/interchange-dtd/FCPXMLv1_10.dtd');
const root = mediaRoot ?? '';

describe.skipIf(mediaRoot === undefined)('all of the real footage', () => {
  test('every file imports, or is refused with the reason; a second time nothing is new', async () => {
    const folders = ['video', 'audio', 'image'].map((name) => join(root, name));
    const files = folders.flatMap((folder) => readdirSync(folder)).length;
    const project = join(temporaryFolder(), 'all.montage');
    const first = await montage(['import', ...folders, '--project', project, '--json']);
    const outcome = imported.parse(JSON.parse(first.stdout));
    expect(outcome.added.length + outcome.known.length + outcome.rejected.length).toBe(files);
    // Debian's ffmpeg 5.1 cannot open this one; newer ones can.
    expect(outcome.rejected.filter(({ file }) => !file.endsWith('heic_still.heic'))).toEqual([]);
    const again = imported.parse(
      JSON.parse((await montage(['import', ...folders, '--project', project, '--json'])).stdout),
    );
    expect(again.added).toEqual([]);
  });

  test('a cut of it goes out in every format and as a film of exactly its frames', async () => {
    const out = join(temporaryFolder(), 'cut');
    const ran = await montage(['cut', join(root, 'video'), '--duration', '20', '--out', out, '--seed', '7', '--json']);
    expect(ran.status, ran.stderr).toBe(0);
    const names = ['cut.edl', 'cut.fcpxml', 'cut.mp4', 'cut.otio', 'cut.xml', 'report.json', 'suggestion.json'];
    expect(readdirSync(out).sort()).toEqual(names);
    const { cut, exports } = report.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
    expect(exports).toHaveLength(4);
    const [num = 25, den = 1] = cut.rate.split('/').map(Number);
    const film = await frameTable(join(out, 'cut.mp4'), 0, { tools: await findFfmpeg(), exact: true });
    expect(film.ticks).toHaveLength(Math.round((cut.durationSeconds * num) / den));
    if (existsSync('/usr/bin/xmllint') && existsSync(DTD)) {
      const checked = await runProgram('xmllint', ['--noout', '--dtdvalid', DTD, join(out, 'cut.fcpxml')]);
      expect(checked.exitCode, checked.stderr).toBe(0);
    }
    for (const name of ['cut.otio', 'cut.fcpxml', 'cut.xml']) {
      const again = join(out, `${name}.mp4`);
      const rendered = await montage(['render', join(out, name), '-o', again]);
      expect(rendered.status, rendered.stderr).toBe(0);
      const { ticks } = await frameTable(again, 0, { tools: await findFfmpeg(), exact: true });
      expect(ticks).toHaveLength(film.ticks.length);
    }
  });
});
