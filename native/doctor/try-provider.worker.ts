// Run as a program of its own: `node try-provider.worker.ts <provider>`. A provider may take its process down with it.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { tinyModel } from './tiny-model.ts';

const provider = process.argv[2] ?? 'cpu';
try {
  const session = await InferenceSession.create(tinyModel(), { executionProviders: [provider], logSeverityLevel: 4 });
  const { y } = await session.run({ x: new Tensor('float32', [-1, 0, 1, 2], [4]) });
  const right = y !== undefined && [...y.data].join() === '0,0,1,2';
  process.stdout.write(JSON.stringify({ works: right, reason: right ? null : 'its result is wrong' }));
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stdout.write(JSON.stringify({ works: false, reason: shortened(reason) }));
}

/** Its messages begin with the place in its sources; the last sentence is the one for people. */
function shortened(reason: string): string {
  const line = reason.split('\n')[0] ?? '';
  const failed = line.lastIndexOf('Failed');
  return line.length > 120 && failed >= 0 ? line.slice(failed) : line;
}
