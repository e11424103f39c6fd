import { defineConfig } from 'vitest/config';
import coverage from './build/coverage.json' with { type: 'json' };

const DEEP_SCALE = '20';

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
  const deep = mode === 'deep';
  // Deep runs try more; counting coverage slows the number crunching down many times.
  const slower = deep || mode === 'coverage' ? 20 : 1;
  return {
    test: {
      // Two media-heavy files at a time are what two cores carry.
      maxWorkers: Number(process.env['MONTAGE_TEST_WORKERS'] ?? 2),
      pool: 'forks',
      env: deep ? { MONTAGE_TEST_SCALE: process.env['MONTAGE_TEST_SCALE'] ?? DEEP_SCALE } : {},
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
        ...(deep ? [project('deep', ['deep'], 1_800_000)] : []),
      ],
    },
  };
});
