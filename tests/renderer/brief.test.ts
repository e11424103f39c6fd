import { beforeEach, expect, test } from 'vitest';
import { EMPTY_BRIEF, useBriefStore } from '../../renderer/stores/brief.ts';

const { write, change } = useBriefStore.getState();
const draft = () => useBriefStore.getState().draft;

beforeEach(() => useBriefStore.setState({ draft: EMPTY_BRIEF }));

test('words move the chips they name', () => {
  write('A calm 20 second vertical film');
  expect(draft()).toMatchObject({
    seconds: 20,
    aspect: '9:16',
    styleId: 'calm',
    text: 'A calm 20 second vertical film',
  });
});

test('a chip pressed after the words were written stays while one types on', () => {
  write('A calm 20 second film');
  change({ seconds: 45 });
  write('A calm 20 second film, start with the workshop');
  expect(draft().seconds).toBe(45);
  write('A calm 10 second film, start with the workshop');
  expect(draft().seconds).toBe(10);
});
