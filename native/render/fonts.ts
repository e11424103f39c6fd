import type { Timeline } from '../../core/timeline/timeline.ts';
import { runProgram } from '../process/programs.ts';

const known = new Map<string, Promise<boolean>>();

/**
 * Whether a font family is there, as fontconfig says; where there is no fontconfig (Windows, macOS), libass asks the
 * system itself and every family counts as there. Asked once per family.
 */
export async function hasFont(family: string): Promise<boolean> {
  const asked = known.get(family) ?? ask(family);
  known.set(family, asked);
  return asked;
}

async function ask(family: string): Promise<boolean> {
  // Families are patterns to fontconfig: these characters would begin its properties.
  const pattern = family.replace(/[\\\-:,]/g, '\\$&');
  const answer = await runProgram('fc-match', ['-f', '%{family}', '--', pattern], { timeoutMs: 10_000 });
  if (answer.exitCode !== 0) return true;
  const wanted = family.trim().toLowerCase();
  return answer.stdout.split(',').some((name) => name.trim().toLowerCase() === wanted);
}

/** The font families of a timeline's titles, nested ones too, that this machine lacks: Inter stands in for them. */
export async function missingFonts(timeline: Timeline): Promise<readonly string[]> {
  const families = new Set<string>();
  for (const { tracks } of [timeline, ...(timeline.nested ?? [])]) {
    for (const track of tracks) {
      if (track.kind !== 'video' || !track.enabled) continue;
      for (const { title, enabled } of track.clips) if (title !== undefined && enabled) families.add(title.style.font);
    }
  }
  const missing = await Promise.all([...families].map(async (family) => ((await hasFont(family)) ? [] : [family])));
  return missing.flat();
}
