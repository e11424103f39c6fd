import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { slowness } from '../busy-machine.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const setup = fileURLToPath(new URL('../../build/setup.mjs', import.meta.url));

type Environment = Readonly<Record<string, string>>;

function runSetup(purpose: 'run' | 'test', environment: Environment) {
  const began = performance.now();
  const ran = spawnSync(process.execPath, [setup, '--for', purpose], { env: { ...process.env, ...environment } });
  return {
    status: ran.status,
    stdout: ran.stdout.toString(),
    stderr: ran.stderr.toString(),
    elapsedMs: performance.now() - began,
  };
}

/** A program that answers like an ffmpeg of the given make. */
function pretendFfmpeg(answer: string): string {
  const folder = temporaryFolder();
  for (const name of ['ffmpeg', 'ffprobe']) {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' '${answer}'\n`);
    chmodSync(file, 0o755);
  }
  return join(folder, 'ffmpeg');
}

const RIGHT = 'ffmpeg version N-1\nconfiguration: --enable-libx264\nlibavutil      57. 28.100 / 57. 28.100';

test('where everything is there it says nothing and is quick', () => {
  const quickest = [1, 2, 3].map(() => runSetup('test', {})).toSorted((a, b) => a.elapsedMs - b.elapsedMs)[0];
  expect(quickest).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(quickest?.elapsedMs).toBeLessThan(1000 * slowness());
});

test.each([
  ['older than 5.1', RIGHT.replace('57. 28.100 /', '57. 27.100 /'), /ffmpeg is older than 5\.1/],
  ['without libx264', RIGHT.replace('--enable-libx264', ''), /ffmpeg has no libx264/],
  ['not ffmpeg at all', 'hello', /this is not ffmpeg/],
])('an ffmpeg that is %s is refused with 4 and one line on stderr', (_, answer, problem) => {
  const ran = runSetup('run', { MONTAGE_FFMPEG: pretendFfmpeg(answer) });
  expect(ran).toMatchObject({ status: 4, stdout: '' });
  expect(ran.stderr).toMatch(/^E_TOOL_MISSING: .*MONTAGE_FFMPEG.*\n$/);
  expect(ran.stderr).toMatch(problem);
});

test('the ffmpeg one chose is used, whatever the PATH holds', () => {
  expect(runSetup('run', { MONTAGE_FFMPEG: pretendFfmpeg(RIGHT), PATH: '/nowhere' })).toMatchObject({ status: 0 });
});

test('a Chromium that is not there is refused for tests and not missed for running', () => {
  const environment = { MONTAGE_CHROMIUM: '/nowhere/chromium' };
  expect(runSetup('test', environment)).toMatchObject({ status: 4, stdout: '' });
  expect(runSetup('run', environment)).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

test('as root on Debian it installs by apt, asks nothing and keeps stdout clean', ({ skip }) => {
  skip(process.getuid?.() !== 0 || !isDebian(), 'needs root on Debian');
  const folder = temporaryFolder();
  // An apt that notes what it was asked and brings an ffmpeg.
  const apt = join(folder, 'apt-get');
  const bring = `printf '#!/bin/sh\\necho "${RIGHT.replaceAll('\n', ' ')}"\\n' | tee ${folder}/ffmpeg > ${folder}/ffprobe`;
  writeFileSync(
    apt,
    `#!/bin/sh\nPATH=/usr/bin:/bin\necho "chatter $DEBIAN_FRONTEND $*"\ncase "$*" in *install*) ${bring}; chmod +x ${folder}/ff*;; esac\n`,
  );
  chmodSync(apt, 0o755);
  const ran = runSetup('run', { PATH: [folder].join(delimiter) });
  expect(ran).toMatchObject({ status: 0, stdout: '' });
  expect(ran.stderr).toMatch(/noninteractive .*update[\s\S]*noninteractive .*install -y .*ffmpeg/);
});

function isDebian(): boolean {
  return spawnSync('grep', ['-qi', 'debian', '/etc/os-release']).status === 0;
}
