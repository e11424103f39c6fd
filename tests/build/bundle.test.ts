import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { repository } from '../architecture/planted-house.ts';
import { numberedClip } from '../media/numbered-clip.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const run = promisify(execFile);
const bundle = join(repository, 'dist/bundle');

/** A house as it ships: the launcher, the bundle and assets, with the packages beside them. */
function shippedHouse(): string {
  const house = temporaryFolder();
  for (const path of ['cli/montage.mjs', 'dist/bundle', 'assets', 'package.json']) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    cpSync(join(repository, path), join(house, path), { recursive: true });
  }
  symlinkSync(join(repository, 'node_modules'), join(house, 'node_modules'));
  return house;
}

describe('what npm run build makes', () => {
  beforeAll(async () => {
    await run(process.execPath, ['build/bundle.ts'], { cwd: repository });
  });

  const montage = (...words: readonly string[]) =>
    run(process.execPath, [join(repository, 'cli/montage.mjs'), ...words], {
      env: { ...process.env, MONTAGE_BUNDLE: '1' },
      maxBuffer: 1 << 26,
    });

  test('the command line runs from the bundle and says its version', async () => {
    const manifest: unknown = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    const { version } = z.object({ version: z.string() }).parse(manifest);
    expect((await montage('--version')).stdout).toBe(`${version}\n`);
  });

  test('doctor runs from the bundle, with the worker that tries each provider', async () => {
    expect(existsSync(join(bundle, 'try-provider.worker.mjs'))).toBe(true);
    const { stdout } = await montage('doctor', '--json');
    const providers = z
      .object({ providers: z.array(z.object({ id: z.string(), works: z.boolean() })) })
      .parse(JSON.parse(stdout)).providers;
    expect(providers).toContainEqual(expect.objectContaining({ id: 'cpu', works: true }));
  });

  test('footage is imported, analysed and cut where there is no source, only what ships', async () => {
    const house = shippedHouse();
    const footage = temporaryFolder();
    for (const clip of [1, 2]) {
      cpSync(await numberedClip({ clip, rate: '25', frames: 60 }), join(footage, `clip ${clip}.mp4`));
    }
    const output = join(footage, 'cut');
    const words = ['cut', footage, '--duration', '2', '--size', '320x180', '--formats', 'otio,mp4'];
    const program = [join(house, 'cli/montage.mjs'), ...words, '--out', output, '--json'];
    const { stdout } = await run(process.execPath, program, { maxBuffer: 1 << 26 });
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({ cut: { durationSeconds: 2, width: 320, height: 180 } });
    expect(readdirSync(output).toSorted()).toEqual(['cut.mp4', 'cut.otio', 'report.json', 'suggestion.json']);
  });

  test('no source is named by the bundle that would be missing beside it', () => {
    const text = readFileSync(join(bundle, 'cli.mjs'), 'utf8');
    const named = [...text.matchAll(/new URL\(['"]([^'"]+)['"], import\.meta\.url\)/g)].map(
      ([, address = '']) => address,
    );
    expect(named.length).toBeGreaterThan(0);
    const outside = named.filter((address) => /\.(ts|tsx|mjs)$/.test(address) && address.startsWith('../'));
    // The launcher ships as it is.
    expect(outside.filter((address) => address !== '../../cli/montage.mjs')).toEqual([]);
    for (const address of named.filter((it) => it.startsWith('./')))
      expect(existsSync(join(bundle, address))).toBe(true);
  });
});
