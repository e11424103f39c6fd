import { defineConfig } from 'vitest/config';

/** One project per kind of test: they differ in what they need and in how long one may take. */
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

export default defineConfig({
  test: {
    // Two media-heavy files at a time are what two cores carry.
    maxWorkers: Number(process.env['MONTAGE_TEST_WORKERS'] ?? 2),
    pool: 'forks',
    passWithNoTests: true,
    reporters: ['default', './tests/summary-reporter.ts'],
    projects: [
      project('core', ['core'], 20_000),
      project('native', ['native', 'cli', 'electron', 'build'], 60_000),
      project('dom', ['renderer'], 20_000),
      project('browser', ['browser'], 120_000),
      project('e2e', ['e2e'], 300_000),
      project('architecture', ['architecture'], 120_000),
      project('deep', ['deep'], 1_800_000),
    ],
  },
});
