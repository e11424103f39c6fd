import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const core = fileURLToPath(new URL('../../core', import.meta.url));
const room = join(core, 'interchange');
/** Imports that run: types are no shared code. */
const IMPORT = /^import\s+(?!type\b)(\{[^}]*\}|[^'"]*?)\s*from\s+'(\.[^']+)'/gms;

function reached(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, names = '', path = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
    const isTypesOnly = names
      .replace(/[{}]/g, '')
      .split(',')
      .filter((name) => name.trim() !== '')
      .every((name) => name.trim().startsWith('type '));
    if (!isTypesOnly) reached(resolve(dirname(file), path), seen);
  }
  return seen;
}

/** What both may run: time, the errors they are refused with, and data without behaviour. */
const SHARED = /^(?:time\/|errors\.ts$|media\/(?:media|frames)\.ts$|timeline\/picture\.ts$)/;

test.each(['otio', 'fcpxml', 'fcp7', 'edl'])('the reader and the writer of %s share only core/time', (format) => {
  const reader = [...reached(join(room, `${format}-read.ts`))].map((file) => relative(core, file));
  const writer = new Set([...reached(join(room, `${format}-write.ts`))].map((file) => relative(core, file)));
  expect(reader.length).toBeGreaterThan(5);
  expect(writer.size).toBeGreaterThan(5);
  expect(reader.filter((file) => writer.has(file) && !SHARED.test(file))).toEqual([]);
});

test('every reader and writer is one of those', () => {
  const names = readdirSync(room).filter((name) => /^(?!xml)[a-z0-9]+-(?:read|write)\.ts$/.test(name));
  expect(names.length).toBe(8);
});
