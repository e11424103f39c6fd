import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { repository } from '../architecture/planted-house.ts';
import { slowness } from '../busy-machine.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const start = join(repository, 'build/start.mjs');

/** A desktop whose browser only notes what it was asked to open. */
function pretendDesktop(): { readonly env: NodeJS.ProcessEnv; readonly opened: string } {
  const folder = temporaryFolder();
  const opened = join(folder, 'opened');
  writeFileSync(
    join(folder, 'xdg-open'),
    `#!/bin/sh\nprintf '%s' "$1" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`,
  );
  chmodSync(join(folder, 'xdg-open'), 0o755);
  return { env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` }, opened };
}

test.runIf(process.platform === 'linux')(
  '--browser serves the app, opens it and ends within 2 s of SIGTERM',
  async () => {
    const { env, opened } = pretendDesktop();
    const app = spawn(process.execPath, [start, '--browser'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void app.kill('SIGKILL'));
    await expect.poll(() => existsSync(opened), { timeout: 50_000, interval: 50 }).toBe(true);
    const address = new URL(readFileSync(opened, 'utf8'));
    expect(address.hash).toMatch(/^#token=./);
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>');
    const askedAt = performance.now();
    app.kill('SIGTERM');
    await new Promise((resolve) => app.once('exit', resolve));
    const tookMs = performance.now() - askedAt;
    if (tookMs >= 2000) expect(tookMs).toBeLessThan(2000 * slowness());
    await expect(fetch(address)).rejects.toThrow();
  },
);

test('where Electron cannot be had, --electron says so with 4 and names the other way', () => {
  const folder = temporaryFolder();
  const ran = spawnSync(process.execPath, [start, '--electron'], {
    // An installer that finds nothing to download from.
    env: {
      ...process.env,
      ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nowhere'),
      ELECTRON_MIRROR: 'http://127.0.0.1:9/',
      electron_config_cache: join(folder, 'cache'),
    },
  });
  expect(ran.stdout.toString()).toBe('');
  expect(ran.stderr.toString()).toMatch(/E_NO_ELECTRON: .*npm start -- --browser\n$/);
  expect(ran.status).toBe(4);
});
