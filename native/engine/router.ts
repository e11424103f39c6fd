import { makeCaller } from './caller.ts';
import { cutRoom } from './cut-room.ts';
import { directorRoom } from './director-room.ts';
import { exportRoom } from './export-room.ts';
import { filesRoom } from './files-room.ts';
import { jobsRoom } from './jobs-room.ts';
import { mediaRoom } from './media-room.ts';
import { modelsRoom } from './models-room.ts';
import type { EngineParts } from './parts.ts';
import { peopleRoom } from './people-room.ts';
import { projectRoom } from './project-room.ts';
import { providersRoom } from './providers-room.ts';
import { speakersRoom } from './speakers-room.ts';
import { systemRoom } from './system-room.ts';
import { timelineRoom } from './timeline-room.ts';

/** Every procedure of the contract, over one engine's parts. */
export function makeRouter(parts: EngineParts) {
  const caller = makeCaller(parts.debug);
  return caller.router({
    system: systemRoom(caller, parts),
    files: filesRoom(caller),
    project: projectRoom(caller, parts),
    media: mediaRoom(caller, parts),
    timeline: timelineRoom(caller, parts),
    director: directorRoom(caller, parts),
    cut: cutRoom(caller, parts),
    export: exportRoom(caller, parts),
    jobs: jobsRoom(caller, parts),
    models: modelsRoom(caller, parts),
    providers: providersRoom(caller),
    people: peopleRoom(caller, parts),
    speakers: speakersRoom(caller, parts),
  });
}

export type EngineRouter = ReturnType<typeof makeRouter>;
