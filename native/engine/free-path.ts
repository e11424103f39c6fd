import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EngineParts } from './parts.ts';

/** Where something is written unless the user says otherwise, under a name that is free: beside the project; temporary projects have no place of their own, so in the user's films, or at home. */
export function freePath(
  { project, temporary }: Pick<EngineParts, 'project' | 'temporary'>,
  name: string,
  extension: string,
): string {
  const films = ['Movies', 'Videos'].map((folder) => join(homedir(), folder)).find((folder) => existsSync(folder));
  const folder = temporary ? (films ?? homedir()) : dirname(project.path);
  const stem = name.replaceAll(/[/\\:*?"<>|\u0000-\u001F]/g, '_').replace(/^\.+/, '') || 'Cut';
  let path = join(folder, `${stem}.${extension}`);
  for (let count = 2; existsSync(path); count += 1) path = join(folder, `${stem} ${count}.${extension}`);
  return path;
}
