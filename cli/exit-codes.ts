import type { Fault } from '../core/errors.ts';

/** What the command ends with; stable. */
export const EXIT = {
  done: 0,
  /** Something the user named, or a cut or a time, was lost, and is listed. */
  lost: 1,
  usage: 2,
  badInput: 3,
  missingTool: 4,
  noSpaceOrPermission: 5,
  bug: 70,
} as const;

const USAGE = new Set(['E_USAGE', 'E_BAD_REQUEST']);
const LOST = new Set(['E_CANCELLED', 'E_LOST']);
const MISSING_TOOL = new Set([
  'E_FFMPEG_MISSING',
  'E_FFMPEG_TOO_OLD',
  'E_FFMPEG_NO_X264',
  'E_NOT_AVAILABLE',
  'E_NOT_BUILT',
  'E_MODEL_MISSING',
  'E_PROVIDER_OFF',
  'E_TOOL_MISSING',
]);
const NO_SPACE_OR_PERMISSION = new Set([
  'E_NO_SPACE',
  'E_DISK_FULL',
  'E_NO_PERMISSION',
  'E_PERMISSION',
  'E_READ_ONLY',
  'E_PROJECT_READ_ONLY',
  'E_PORT_FORBIDDEN',
  'E_FORBIDDEN',
]);

/** The exit code of a command that a fault ended; what is not listed was bad input. */
export function exitCodeOf({ code }: Fault): number {
  if (code === 'E_BUG') return EXIT.bug;
  if (USAGE.has(code)) return EXIT.usage;
  if (LOST.has(code)) return EXIT.lost;
  if (MISSING_TOOL.has(code)) return EXIT.missingTool;
  return NO_SPACE_OR_PERMISSION.has(code) ? EXIT.noSpaceOrPermission : EXIT.badInput;
}
