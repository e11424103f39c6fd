import { Command } from 'commander';
import { isOwnMachine, visionProviderSchema, type VisionProvider } from '../../core/contract/providers.ts';
import { MontageError } from '../../core/errors.ts';
import { switchVisionOff, switchVisionOn, visionProvider } from '../../native/agents/vision-settings.ts';
import type { Cli } from '../cli.ts';

type VisionFlags = {
  readonly address: string;
  readonly model: string;
  readonly keyVariable?: string;
  readonly yes?: true;
};

/** `montage providers …`: services outside Montage, all off until the user switches one on. */
export function providersCommand(cli: Cli): Command {
  const providers = new Command('providers').description('services outside Montage: show, switch on, switch off');
  providers
    .command('list')
    .description('what is switched on')
    .action(() => tell(cli, visionProvider()));
  providers
    .command('vision')
    .description('switch on a service that describes pictures: any that speaks chat completions, also on this machine')
    .requiredOption('--address <url>', 'up to and with its version, such as http://localhost:11434/v1')
    .requiredOption('--model <name>', 'a model that looks at pictures')
    .option('--key-variable <name>', 'environment variable that holds the key; the key itself is never stored')
    .option('--yes', 'agree that key frames are sent there by `montage describe`')
    .action(async ({ address, model, keyVariable, yes }: VisionFlags) => {
      const read = visionProviderSchema.safeParse({ address, model, keyVariable: keyVariable ?? null });
      if (!read.success) {
        const { path, message } = read.error.issues[0] ?? { path: [], message: '' };
        throw new MontageError({
          code: 'E_USAGE',
          message: `this is no ${path.join('.')}: ${message}`,
          where: address,
        });
      }
      if (yes !== true && !isOwnMachine(read.data)) {
        const message = 'pictures would leave this machine, and nothing does unless you agree';
        throw new MontageError({ code: 'E_USAGE', message, where: address, hint: 'give --yes to agree' });
      }
      await switchVisionOn(read.data);
      tell(cli, read.data);
    });
  providers
    .command('off')
    .description('switch all off: nothing leaves this machine')
    .action(() => {
      switchVisionOff();
      tell(cli, undefined);
    });
  return providers;
}

function tell(cli: Cli, vision: VisionProvider | undefined): void {
  cli.terminal.document({ vision: vision ?? null }, () =>
    vision === undefined
      ? 'no provider is switched on: nothing leaves this machine'
      : `vision: ${vision.model} at ${vision.address}${isOwnMachine(vision) ? ', on this machine' : ', which gets key frames when you ask for captions'}`,
  );
}
