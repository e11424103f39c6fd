import { builtRenderer } from '../native/host/renderer-build.ts';
import { serveEngine } from '../native/host/serve.ts';

export async function main(argv: readonly string[]): Promise<number> {
  const renderer = await builtRenderer((line) => console.error(line)).catch(() => undefined);
  const at = argv.indexOf('--port');
  const served = await serveEngine({
    projectPath: null,
    shell: 'browser',
    port: at < 0 ? 0 : Number(argv[at + 1]),
    renderer,
  });
  console.log(served.address);
  await new Promise((resolve) => process.once('SIGTERM', resolve));
  await served.close();
  return 0;
}
