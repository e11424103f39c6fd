import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { missingMaterial } from './media-root.ts';

const SLOWEST = 10;

type Counts = { passed: number; failed: number; skipped: number };

/** Ends a run with what was slow, what was skipped for lack of material, and one line of totals. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) count(module, counts);
    counts.failed += unhandledErrors.length;
    const lines = [...slowest(modules), ...missingMaterial(), totals(counts)];
    // After the default reporter's own last words, which it prints in the same event.
    process.on('exit', () => process.stdout.write(`${lines.join('\n')}\n`));
  }
}

function count(module: TestModule, counts: Counts): void {
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') counts.passed += 1;
    else if (state === 'failed') counts.failed += 1;
    else counts.skipped += 1;
  }
  // A file that could not be loaded, or a hook that failed, is a failure without a test.
  counts.failed += module.errors().length;
  for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
}

function slowest(modules: readonly TestModule[]): readonly string[] {
  const timed = modules
    .map((module) => ({ file: relative(process.cwd(), module.moduleId), ms: module.diagnostic().duration }))
    .toSorted((one, other) => other.ms - one.ms)
    .slice(0, SLOWEST);
  return ['Slowest test files:', ...timed.map(({ file, ms }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${file}`)];
}

function totals(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
