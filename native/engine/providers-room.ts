import { switchVisionOff, switchVisionOn, visionProvider } from '../agents/vision-settings.ts';
import type { Caller } from './caller.ts';

/** Services that the user has switched on; they hold for all projects of this user. */
export function providersRoom(caller: Caller) {
  return {
    list: caller.providers.list.handler(() => ({ vision: visionProvider() ?? null })),
    setVision: caller.providers.setVision.handler(async ({ input }) => {
      if (input.provider === null) switchVisionOff();
      else await switchVisionOn(input.provider);
      return { vision: input.provider };
    }),
  };
}
