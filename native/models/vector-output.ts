import { MontageError } from '../../core/errors.ts';
import type { ReadyModel } from './find-model.ts';
import { floats, type Tensors } from './tensors.ts';

/** The file of a model by its name in the catalogue. @throws MontageError E_MODEL_DAMAGED */
export function fileOfModel({ model, files }: ReadyModel, name: string): string {
  const path = files.get(name);
  if (path !== undefined) return path;
  const message = `${model.name} lacks ${name}`;
  throw new MontageError({ code: 'E_MODEL_DAMAGED', message, where: model.id, stage: 'models' });
}

/** An output's numbers, which there must be. @throws MontageError E_MODEL_RUN */
export function vectorOutput(outputs: Tensors, name: string, path: string): Float32Array {
  const values = floats(outputs, name);
  if (values.length > 0 && values.every(Number.isFinite)) return values;
  const message = `the model gives no numbers in '${name}'`;
  throw new MontageError({ code: 'E_MODEL_RUN', message, where: path, stage: 'models' });
}
