import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPanel, PANEL_WALK } from '../../renderer/stores/focus.ts';
import { GAP, STATUS_BAR, TITLE_BAR, workspaceSizes } from '../../renderer/workspace-layout.ts';

describe('workspace sizes', () => {
  it('are the drawn ones at 1440×900, 1920×1080 and 1280×720', () => {
    expect(workspaceSizes(1440, 900)).toMatchObject({
      bin: 340,
      inspector: 320,
      top: 442,
      brief: 36,
      timeline: 364,
      meters: 56,
    });
    expect(workspaceSizes(1920, 1080)).toMatchObject({ bin: 440, inspector: 400, top: 560, brief: 36, timeline: 426 });
    expect(workspaceSizes(1280, 720)).toMatchObject({
      small: true,
      bin: 280,
      inspector: 0,
      top: 340,
      brief: 32,
      timeline: 290,
      meters: 24,
    });
  });

  it('fill every window exactly and never shrink the timeline or the picture below their floors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 5120 }), fc.integer({ min: 640, max: 2880 }), (width, height) => {
        const sizes = workspaceSizes(width, height);
        expect(TITLE_BAR + sizes.top + GAP + sizes.brief + GAP + sizes.timeline + STATUS_BAR).toBe(height);
        expect(sizes.timeline).toBeGreaterThanOrEqual(200);
        expect(width - sizes.bin - sizes.inspector - 2 * GAP).toBeGreaterThanOrEqual(320);
      }),
    );
  });
});

describe('F6', () => {
  it('walks every shown panel and comes back', () => {
    fc.assert(
      fc.property(fc.subarray([...PANEL_WALK], { minLength: 1 }), fc.constantFrom(1, -1), (shown, step) => {
        const start = shown[0];
        if (start === undefined) return;
        let at = start;
        const seen = new Set([at]);
        for (let count = 1; count < shown.length; count += 1) {
          at = nextPanel(at, step === 1 ? 1 : -1, shown);
          seen.add(at);
        }
        expect(seen.size).toBe(shown.length);
        expect(nextPanel(at, step === 1 ? 1 : -1, shown)).toBe(start);
      }),
    );
  });
});
