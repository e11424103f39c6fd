import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseStyle } from '../../core/director/style.ts';
import type { Style } from '../../core/director/suggestion.ts';
import { MontageError } from '../../core/errors.ts';

const FOLDER = fileURLToPath(new URL('../../assets/styles', import.meta.url));

/**
 * The styles that ship with Montage, by name.
 *
 * @throws MontageError E_STYLE_INVALID naming the file and the place in it
 */
export function shippedStyles(): readonly Style[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return files.map((file) => readStyle(join(FOLDER, file))).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * One style.
 *
 * @throws MontageError E_STYLE_UNKNOWN naming those there are
 */
export function styleOf(id: string): Style {
  const styles = shippedStyles();
  const found = styles.find((style) => style.id === id);
  if (found !== undefined) return found;
  const hint = `choose one of ${styles.map((style) => style.id).join(', ')}`;
  throw new MontageError({ code: 'E_STYLE_UNKNOWN', message: 'there is no such style', where: id, hint });
}

function readStyle(path: string): Style {
  const parsed = parseStyle(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.ok) return parsed.style;
  throw new MontageError({
    code: 'E_STYLE_INVALID',
    message: parsed.message,
    where: `${path}: ${parsed.where}`,
    hint: 'correct or remove the file',
  });
}
