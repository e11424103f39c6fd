import type { SessionChoice } from './host-messages.ts';

/** Opened models, each kept for the next order. */
export interface Sessions<Session> {
  /** That of this file, provider and threads; opened anew where opening failed before. @throws as opening does */
  of(choice: SessionChoice): Promise<Session>;
}

/** Keeps sessions open until one is wanted alone. */
export function createSessions<Session extends { release(): Promise<void> }>(
  open: (choice: SessionChoice) => Promise<Session>,
): Sessions<Session> {
  const sessions = new Map<string, Promise<Session>>();
  const closeAllBut = async (kept: string): Promise<void> => {
    for (const [key, session] of sessions) {
      if (key === kept) continue;
      sessions.delete(key);
      await session.then(
        (opened) => opened.release(),
        () => undefined,
      );
    }
  };
  return {
    async of(choice) {
      const key = JSON.stringify([choice.path, choice.provider, choice.threads]);
      if (choice.alone) await closeAllBut(key);
      const session = sessions.get(key) ?? open(choice);
      sessions.set(key, session);
      session.catch(() => sessions.delete(key));
      return session;
    },
  };
}
