/** A document made from the code; its file in the repository must equal what it generates. */
export interface GeneratedDocument {
  /** Where it lies, from the top of the repository. */
  readonly path: string;
  readonly generate: () => string | Promise<string>;
}
