declare const brand: unique symbol;

/** A primitive with a name in the type system: a `Flicks` is not any number, a `ClipId` not any string. */
export type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };
