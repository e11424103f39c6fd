#!/usr/bin/env node
// `npm run demo`: a cut of sample footage in every format in demo-out/, and the project it came from in demo-project/.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DURATION_SECONDS = '20';
const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'demo-out');
// Kept: the exported cuts name the footage by path, and the project opens in the app.
const kept = join(root, 'demo-project');
const footage = join(kept, 'footage');
const project = join(kept, 'demo.montage');

/** @param {readonly string[]} words */
function montage(words) {
  process.stderr.write(`\n> montage ${words.map((word) => (/[\s"]/.test(word) ? `"${word}"` : word)).join(' ')}\n`);
  const ran = spawnSync(process.execPath, [join(root, 'cli/montage.mjs'), ...words], { stdio: ['ignore', 2, 2] });
  return ran.status ?? 70;
}

function run() {
  for (const folder of [output, kept]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const sampled = montage(['sample', footage]);
  if (sampled !== 0) return sampled;
  const brief = 'A lively walk through all scenes, on the beat';
  const options = ['--project', project, '--brief', brief, '--duration', DURATION_SECONDS, '--out', output];
  const cut = montage(['cut', footage, ...options]);
  if (cut !== 0) return cut;
  process.stdout.write(`\nMade in demo-out/:\n${readdirSync(output).sort().map(describe).join('')}`);
  process.stdout.write('\nWatch demo-out/cut.mp4, open cut.otio, cut.fcpxml, cut.xml or cut.edl in your editor,\n');
  process.stdout.write('or open it in the app: npm start -- demo-project/demo.montage\n');
  return 0;
}

/** @param {string} name */
function describe(name) {
  const { size } = statSync(join(output, name));
  return `  ${name.padEnd(18)} ${String(Math.max(1, Math.round(size / 1000))).padStart(8)} kB\n`;
}

process.exitCode = run();
