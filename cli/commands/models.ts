import { Command } from 'commander';
import { MontageError } from '../../core/errors.ts';
import {
  CATALOGUE,
  catalogueModel,
  isRecorded,
  megabytes,
  modelBytes,
  type CatalogueModel,
} from '../../native/models/catalogue.ts';
import { findModel, unknownModel, type ModelState } from '../../native/models/find-model.ts';
import { getModel } from '../../native/models/get-model.ts';
import { modelFolders } from '../../native/models/model-folders.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../terminal.ts';

/** `montage models …`: which weights are here, and getting them. */
export function modelsCommand(cli: Cli): Command {
  const models = new Command('models').description('weights that some of the analysis needs: list, get, check');
  models
    .command('list')
    .description('every model with its licence and size, and whether it is here')
    .action(async () => {
      const states = await statesOf(CATALOGUE);
      cli.terminal.document({ models: states.map(asJson) }, () => listText(states));
    });
  models
    .command('get')
    .description('download models after you agree; goes on where an earlier download ended')
    .argument('<ids...>', 'model ids')
    .option('--yes', 'agree to the download and the licence')
    .action(async (ids: readonly string[], { yes }: { readonly yes?: true }) => {
      const wanted = ids.map(modelOf);
      if (yes !== true) throw notAgreed(wanted);
      for (const model of wanted) await fetchOne(cli, model);
      const states = await statesOf(wanted);
      cli.terminal.document({ models: states.map(asJson) }, () => listText(states));
    });
  models
    .command('check')
    .description('read every file that is here and compare it with the catalogue')
    .argument('[ids...]', 'model ids; all unless told')
    .action(async (ids: readonly string[]) => {
      const states = await statesOf(ids.length === 0 ? CATALOGUE : ids.map(modelOf));
      cli.terminal.document({ models: states.map(asJson) }, () => listText(states));
      if (states.some(({ kind }) => kind === 'damaged')) cli.endWith(EXIT.lost);
    });
  return models;
}

function modelOf(id: string): CatalogueModel {
  const model = catalogueModel(id);
  if (model === undefined) throw unknownModel(id);
  return model;
}

function notAgreed(models: readonly CatalogueModel[]): MontageError {
  const what = models.map((model) => `${model.name} (${megabytes(modelBytes(model))}, ${model.licence})`).join(', ');
  const message = `nothing is downloaded unless you agree: ${what} from ${models.map(({ source }) => source).join(', ')}`;
  return new MontageError({ code: 'E_USAGE', message, hint: 'give --yes to agree' });
}

async function fetchOne(cli: Cli, model: CatalogueModel): Promise<void> {
  try {
    await getModel(model, {
      folder: modelFolders().user,
      consent: { kind: 'consent', modelId: model.id },
      signal: cli.signal,
      onProgress: (fraction) => cli.terminal.progress(`Getting ${model.name}`, fraction),
    });
  } finally {
    cli.terminal.progressDone();
  }
}

function statesOf(models: readonly CatalogueModel[]): Promise<readonly ModelState[]> {
  const folders = modelFolders();
  return Promise.all(models.map(({ id }) => findModel(id, folders)));
}

function asJson(state: ModelState) {
  const { id, name, task, licence, source, files } = state.model;
  const facts = {
    id,
    name,
    task,
    licence,
    source,
    bytes: modelBytes(state.model),
    files: files.map(({ path }) => path),
  };
  if (state.kind !== 'ready') return { ...facts, state: state.kind, sentence: state.sentence };
  return { ...facts, state: 'ready', from: state.from, paths: [...state.files.values()] };
}

function listText(states: readonly ModelState[]): string {
  const rows = states.map((state) => {
    const { model } = state;
    const where = state.kind === 'ready' ? (state.from === 'chosen' ? 'here (your folder)' : 'here') : state.kind;
    const size = isRecorded(model) ? megabytes(modelBytes(model)) : 'not known';
    return [model.id, where, size, model.licence, model.task];
  });
  return table(['id', 'state', 'size', 'licence', 'for'], rows);
}
