import { MontageError, type Fault } from '../../core/errors.ts';

/** What the file system's refusals mean to the user; anything else passes as it is. */
export function pathFault(error: unknown, path: string, stage: string): unknown {
  if (error instanceof MontageError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const fault = FAULTS[code];
  return fault === undefined ? error : new MontageError({ ...fault, where: path, stage }, { cause: error });
}

const FULL: Fault = { code: 'E_NO_SPACE', message: 'no space is left', hint: 'free some space and try again' };
const FORBIDDEN: Fault = { code: 'E_NO_PERMISSION', message: 'permission denied', hint: 'check who may use it' };

const FAULTS: Readonly<Record<string, Fault>> = {
  ENOENT: { code: 'E_NOT_FOUND', message: 'there is no such file or folder', hint: 'check the path' },
  ENOTDIR: { code: 'E_NOT_A_FOLDER', message: 'this is not a folder', hint: 'name a folder' },
  EISDIR: { code: 'E_NOT_A_FILE', message: 'this is a folder, not a file', hint: 'name a file' },
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: { code: 'E_READ_ONLY', message: 'this disk is read-only', hint: 'choose another folder' },
  ENOSPC: FULL,
  EDQUOT: FULL,
  ENAMETOOLONG: {
    code: 'E_NAME_TOO_LONG',
    message: 'the name is too long for this disk',
    hint: 'choose a shorter one',
  },
  ELOOP: { code: 'E_NOT_FOUND', message: 'the link leads in a circle', hint: 'check the path' },
};
