import { spawnSync } from 'node:child_process';
import { defineConfig } from 'vitest/config';
import coverage from './build/coverage.json' with { type: 'json' };

const DEEP_SCALE = '20';
/** What is waited for comes late on a machine that is busy; what never comes is told all the same. */
const PATIENCE_MS = 20_000;

/**
 * `npm test` draws the cases of its property tests from the commit it is run on: the same commit gives the same answer
 * on every machine, and every commit tries other cases. Deep runs, and whoever sets a scale, draw at random.
 */
function seedOfCommit(): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' });
  // Sources may come without a repository.
  return status === 0 ? String(Number.parseInt(stdout.slice(0, 7), 16)) : '1';
}

/** One project per kind of test: they differ in what they need and in how long one may take, on a machine that is busy. */
const project = (name: string, folders: readonly string[], testTimeout: number) => ({
  extends: true as const,
  test: {
    name,
    include: folders.map((folder) => `tests/${folder}/**/*.test.{ts,tsx}`),
    environment: 'node' as const,
    testTimeout,
    hookTimeout: testTimeout,
  },
});

export default defineConfig(({ mode }) => {
  const isDeep = mode === 'deep';
  const scale = process.env['MONTAGE_TEST_SCALE'];
  // Deep runs try more; counting coverage slows the number crunching down many times.
  const slower = isDeep || mode === 'coverage' ? 20 : 1;
  return {
    test: {
      // Two media-heavy files at a time are what two cores carry.
      maxWorkers: Number(process.env['MONTAGE_TEST_WORKERS'] ?? 2),
      pool: 'forks',
      expect: { poll: { timeout: PATIENCE_MS } },
      env:
        isDeep || scale !== undefined
          ? { MONTAGE_TEST_SCALE: scale ?? DEEP_SCALE }
          : { MONTAGE_TEST_SEED: process.env['MONTAGE_TEST_SEED'] ?? seedOfCommit() },
      setupFiles: ['./tests/seed.ts'],
      reporters: ['default', './tests/summary-reporter.ts'],
      coverage: {
        provider: 'v8',
        include: ['core/**/*.ts', 'native/**/*.ts'],
        reporter: ['text-summary', 'json-summary'],
        reportsDirectory: 'coverage',
        // May only rise: `tests/architecture/ratchets.test.ts` compares it with what stands on main.
        thresholds: coverage,
      },
      projects: [
        project('core', ['core', 'interchange'], 60_000 * slower),
        project('native', ['native', 'cli', 'electron', 'build'], 180_000 * slower),
        project('dom', ['renderer'], 60_000 * slower),
        project('browser', ['browser'], 240_000 * slower),
        project('e2e', ['e2e'], 300_000),
        project('architecture', ['architecture'], 600_000),
        // Minutes long each: clean installs, packaged applications.
        ...(isDeep ? [project('deep', ['deep'], 1_800_000)] : []),
      ],
    },
  };
});
