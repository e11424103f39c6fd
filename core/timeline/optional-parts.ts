/** A new value, none where it is null, the former one where nothing was said. */
export function chosen<Value>(set: Value | null | undefined, former: Value | undefined): Value | undefined {
  return set === undefined ? former : (set ?? undefined);
}

/** Absent parts have no key at all, so that equal values are equal data. The same value where there are none. */
export function withoutAbsent<Value extends object>(value: Value): Value {
  if (!Object.values(value).includes(undefined)) return value;
  const kept = { ...value };
  for (const key in kept) if (kept[key] === undefined) Reflect.deleteProperty(kept, key);
  return kept;
}

/** What takes the properties that were set back: null where there was none. */
export function formerOf(before: object, set: object) {
  const given = Object.entries(set).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const former = Object.entries(before).filter(([key]) => given.includes(key));
  return { ...Object.fromEntries(given.map((key) => [key, null])), ...Object.fromEntries(former) };
}
