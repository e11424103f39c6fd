import { expect, test } from 'vitest';
import { createSessions } from '../../../native/models/sessions.ts';

const choice = (path: string, alone = false) => ({ path, provider: 'cpu', threads: 1, alone });

function sessionsOfDoubles() {
  const happened: string[] = [];
  const sessions = createSessions(async ({ path }) => {
    happened.push(`open ${path}`);
    if (path === 'damaged') throw new Error('damaged');
    return {
      release: async () => {
        happened.push(`close ${path}`);
      },
    };
  });
  return { happened, sessions };
}

test('sessions stay open for the next order until one is wanted alone', async () => {
  const { happened, sessions } = sessionsOfDoubles();
  const first = await sessions.of(choice('faces'));
  await sessions.of(choice('speech'));
  expect(await sessions.of(choice('faces'))).toBe(first);
  expect(await sessions.of(choice('faces', true))).toBe(first);
  await sessions.of(choice('speech'));
  expect(happened).toEqual(['open faces', 'open speech', 'close speech', 'open speech']);
});

test('a model that did not open is tried again, and closing it does no harm', async () => {
  const { happened, sessions } = sessionsOfDoubles();
  await expect(sessions.of(choice('damaged'))).rejects.toThrow('damaged');
  await expect(sessions.of(choice('damaged'))).rejects.toThrow('damaged');
  const lost = sessions.of(choice('damaged'));
  await sessions.of(choice('faces', true));
  await expect(lost).rejects.toThrow('damaged');
  expect(happened).toEqual(['open damaged', 'open damaged', 'open damaged', 'open faces']);
});
