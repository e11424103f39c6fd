import { statSync } from 'node:fs';
import { join } from 'node:path';
import { MontageError } from '../../core/errors.ts';
import { catalogueModel, isRecorded, megabytes, modelBytes, type CatalogueModel, type ModelFile } from './catalogue.ts';
import { fileHash } from './file-hash.ts';
import { modelFolders, type ModelFolders } from './model-folders.ts';

/** A model whose files are there. */
export type ReadyModel = {
  readonly kind: 'ready';
  readonly model: CatalogueModel;
  /** 'chosen': from `MONTAGE_MODELS_DIR`, whatever its files hold; 'verified': the catalogue's own bytes. */
  readonly from: 'chosen' | 'verified';
  /** Absolute paths by the file's name in the catalogue, without its folder. */
  readonly files: ReadonlyMap<string, string>;
  /** One hash of all its files as they are: what results depend on. */
  readonly sha256: string;
};

/** Whether a model can be used here. Absence and damage are ordinary: `sentence` says what to do. */
export type ModelState =
  | ReadyModel
  | { readonly kind: 'absent'; readonly model: CatalogueModel; readonly sentence: string }
  | { readonly kind: 'damaged'; readonly model: CatalogueModel; readonly path: string; readonly sentence: string };

/**
 * Looks a model up in `MONTAGE_MODELS_DIR`, then in the user's model folder.
 *
 * @throws MontageError E_MODEL_UNKNOWN when the catalogue has no such model
 */
export async function findModel(id: string, folders: ModelFolders = modelFolders()): Promise<ModelState> {
  const model = catalogueModel(id);
  if (model === undefined) throw unknownModel(id);
  return findOf(model, folders);
}

/** As {@link findModel}, for a model at hand. */
export async function findOf(model: CatalogueModel, folders: ModelFolders): Promise<ModelState> {
  const { chosen, user } = folders;
  if (chosen !== undefined && holdsAll(chosen, model)) {
    const hashes = await Promise.all(model.files.map(({ path }) => fileHash(join(chosen, path))));
    return ready(model, chosen, hashes, 'chosen');
  }
  if (!isRecorded(model) || !holdsAll(user, model)) return { kind: 'absent', model, sentence: absence(model) };
  const hashes: string[] = [];
  for (const file of model.files) {
    const path = join(user, file.path);
    const hash = statSync(path).size === file.bytes ? await fileHash(path) : '';
    if (hash !== file.sha256) return { kind: 'damaged', model, path, sentence: damage(model) };
    hashes.push(hash);
  }
  return ready(model, user, hashes, 'verified');
}

/** @returns the refusal for an id that the catalogue does not have */
export function unknownModel(id: string): MontageError {
  const hint = 'see `montage models list`';
  return new MontageError({ code: 'E_MODEL_UNKNOWN', message: 'there is no such model', where: id, hint });
}

function holdsAll(folder: string, model: CatalogueModel): boolean {
  return model.files.every(({ path }) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true);
}

function ready(model: CatalogueModel, folder: string, hashes: readonly string[], from: ReadyModel['from']): ReadyModel {
  const files = new Map(model.files.map((file) => [nameOf(file), join(folder, file.path)]));
  return { kind: 'ready', model, from, files, sha256: hashes.length === 1 ? (hashes[0] ?? '') : hashes.join('+') };
}

function nameOf({ path }: ModelFile): string {
  return path.slice(path.indexOf('/') + 1);
}

function absence(model: CatalogueModel): string {
  if (!isRecorded(model)) {
    const folders = model.files.map(({ path }) => path).join(', ');
    return `${model.task} need ${model.name}, whose official hashes are not known here, so it is not downloaded: put ${folders} in a folder of your own and name that in MONTAGE_MODELS_DIR (${model.source})`;
  }
  const get = model.files.every(({ url }) => url !== null)
    ? `get it with \`montage models get ${model.id}\``
    : `put its files in a model folder by hand (${model.source})`;
  return `${model.task} need ${model.name}, ${megabytes(modelBytes(model))}: ${get}`;
}

function damage(model: CatalogueModel): string {
  return `${model.task} need ${model.name}, whose file is damaged: get it again with \`montage models get ${model.id}\``;
}
