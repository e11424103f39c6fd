import type { Fault } from '../../core/errors.ts';

type Rule = { readonly pattern: RegExp; readonly fault: Pick<Fault, 'code' | 'message' | 'hint'> };

/** In order: what stops the machine first, then what is wrong with the file. Texts of libavutil/error.c and strerror. */
const RULES: readonly Rule[] = [
  {
    pattern: /No space left on device|Disk quota exceeded|File too large/i,
    fault: { code: 'E_NO_SPACE', message: 'the disk is full', hint: 'free some space or choose another folder' },
  },
  {
    pattern: /Permission denied|Operation not permitted|Read-only file system/i,
    fault: {
      code: 'E_PERMISSION',
      message: 'reading or writing was not permitted',
      hint: 'check the permissions of the file and its folder',
    },
  },
  {
    pattern: /Cannot allocate memory|Out of memory|malloc of size/i,
    fault: { code: 'E_NO_MEMORY', message: 'ffmpeg ran out of memory', hint: 'close other programs' },
  },
  {
    pattern: /No such file or directory/i,
    fault: { code: 'E_NOT_FOUND', message: 'a file that was to be read or its folder is gone' },
  },
  {
    pattern: /Protocol .* not on whitelist|Filename extension .* not allowed/i,
    fault: {
      code: 'E_PLAYLIST',
      message: 'the file names other files or addresses, which are not opened',
      hint: 'add the media files themselves',
    },
  },
  {
    pattern: /moov atom not found|partial file|truncated|End of file/i,
    fault: { code: 'E_DAMAGED', message: 'the file is incomplete', hint: 'copy it again from the camera or card' },
  },
  {
    pattern: /Invalid data found|could not find codec parameters|Error while decoding|no frame!|corrupt/i,
    fault: { code: 'E_DAMAGED', message: 'the file holds no media that ffmpeg can read, or is damaged' },
  },
  {
    pattern:
      /Decoder .* not found|Unknown encoder|no decoder found|Decoding requested, but no decoder|not implemented/i,
    fault: {
      code: 'E_UNSUPPORTED',
      message: 'this ffmpeg cannot decode or encode it',
      hint: 'install a full ffmpeg build',
    },
  },
];

export type FaultPlace = { readonly stage: string; readonly where?: string | undefined };

/** Finds in ffmpeg's last words what went wrong; E_FFMPEG_FAILED with its last line where no rule knows them. */
export function faultOfStderr(stderr: string, place: FaultPlace): Fault {
  const known = RULES.find((rule) => rule.pattern.test(stderr));
  if (known !== undefined) return { ...known.fault, ...place };
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  return { code: 'E_FFMPEG_FAILED', message: `ffmpeg failed${last === '' ? '' : `: ${last}`}`, ...place };
}
