/** An engine that opens or creates `<project>`, says what it got, and holds it for a while. */
import { setTimeout as pause } from 'node:timers/promises';
import { openProject } from '../../../native/project/open.ts';
import { markerEngine } from '../library/marker-engine.ts';

const opened = await openProject(process.argv[2] ?? '', { applyEdit: markerEngine, create: true });
if (opened.kind === 'running') {
  process.stdout.write(`running ${opened.pid} ${opened.port}\n`);
} else {
  await pause(100);
  opened.project.publish({ port: 4000, token: 'secret' });
  process.stdout.write(`open ${process.pid}\n`);
  await pause(4000);
  opened.project.close();
}
