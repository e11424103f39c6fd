import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.ts';

const OPENER = fileURLToPath(new URL('opener.ts', import.meta.url));

describe('engines that open a project at once', () => {
  it('become one holder; the others are sent to it', async () => {
    const path = join(temporaryFolder(), 'film.montage');
    const engines = Array.from({ length: 4 }, () => spawn(process.execPath, [OPENER, path], { stdio: 'pipe' }));
    const said = await Promise.all(engines.map(({ stdout }) => text(stdout)));
    const holders = said.filter((line) => line.startsWith('open '));
    expect(holders).toHaveLength(1);
    const pid = holders[0]?.slice('open '.length).trim();
    expect(said.filter((line) => line === `running ${pid} 4000\n`)).toHaveLength(3);
  });
});
