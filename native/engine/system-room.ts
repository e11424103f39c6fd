import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { z } from 'zod';
import { findFfmpeg } from '../ffmpeg/find.ts';
import type { Caller } from './caller.ts';
import type { EngineParts } from './parts.ts';

const manifest = z.object({ version: z.string() });

/** Montage's version as released. */
export function montageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return manifest.parse(JSON.parse(text)).version;
}

/** What runs here, and what changes while it runs. */
export function systemRoom(caller: Caller, parts: EngineParts) {
  return {
    info: caller.system.info.handler(async () => ({
      version: montageVersion(),
      platform: `${platform()}-${arch()}`,
      host: parts.shell,
      ffmpegVersion: await findFfmpeg().then(
        (tools) => tools.version,
        () => null,
      ),
    })),
    events: caller.system.events.handler(({ input, signal }) => parts.events.subscribe(input.after, signal)),
  };
}
