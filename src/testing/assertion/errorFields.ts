/** Where engines keep the place at which an error was made: all of them, JavaScriptCore, SpiderMonkey. */
const places: readonly PropertyKey[] = [
  'stack',
  ...['line', 'column', 'sourceURL', 'originalLine', 'originalColumn'],
  ...['fileName', 'lineNumber', 'columnNumber'],
];

/**
 * The keys of an error's own fields, also of non-enumerable ones such as its cause. The place at which it was made is none
 * of them. A field that a program has added under such a name is one.
 */
export const errorFields = (error: object): PropertyKey[] =>
  Reflect.ownKeys(error).filter(
    (key) => !places.includes(key) || Object.prototype.propertyIsEnumerable.call(error, key),
  );
