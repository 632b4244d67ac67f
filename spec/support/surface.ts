import { basename, join } from 'node:path/posix';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { root, sources, textOf } from './sources.js';

/*
 * The public surface as text: for each module that users can import, every name with its type. It is read from
 * declarations such as the build writes, so function bodies and `@internal` names are missing. Comments and members that
 * users cannot access are left out.
 */

/** A module that users can import: its specifier and its source file. */
export interface Entry {
  readonly module: string;
  readonly file: string;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/** A name in a report. `isType` is true if it is only usable as a type; the protected members of a class are then hidden. */
interface Named {
  readonly title: string;
  readonly symbol: ts.Symbol;
  readonly isType: boolean;
}

const { name: library, exports } = JSON.parse(textOf('package.json')) as Manifest;

/** The entries in package.json. */
export const entries: readonly Entry[] = Object.entries(exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ module: join(library, path), file: `${basename(target.types, '.d.ts')}.ts` }],
);

/** The report on an entry, in Markdown. A name that a smaller entry also exports is listed here and described there. */
export async function reportOn({ module }: Entry): Promise<string> {
  const names = surface.get(module) ?? [];
  const own = names.filter(({ symbol }) => homes.get(symbol) === module);
  const hidden = hiddenTypesOf(own);
  const parts = [
    `# ${module}`,
    'Every exported name with its type. `npm run api` writes this file, `npm test` compares it.',
    ...entries.flatMap(({ module: other }) => {
      const shared = names.filter(({ symbol }) => other !== module && homes.get(symbol) === other);
      return shared.length > 0 ? [`From \`${other}\`:`, shared.map(({ title }) => `- ${title}`).join('\n')] : [];
    }),
    ...own.map(section),
    ...(hidden.length > 0 ? ['# Not exported, but used in the types above', ...hidden.map(section)] : []),
  ];
  return format(parts.join('\n\n'), { ...(await resolveConfig(`${root}package.json`)), parser: 'markdown' });
}

const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  declaration: true,
  stripInternal: true,
  noLib: true,
};

const pathOf = (file: string): string => `${root}src/${file.replace(/\.ts$/, '.d.ts')}`;

/** With `isolatedDeclarations` each file can be transpiled on its own. */
const declarations = new Map(
  sources().map((file) => {
    const { outputText } = ts.transpileDeclaration(textOf(`src/${file}`), { fileName: file, compilerOptions: options });
    return [pathOf(file), ts.createSourceFile(pathOf(file), outputText, ts.ScriptTarget.ES2022, true)];
  }),
);

const checker = ts
  .createProgram([...declarations.keys()], options, {
    ...ts.createCompilerHost(options),
    fileExists: (path) => declarations.has(path),
    getSourceFile: (path) => declarations.get(path),
  })
  .getTypeChecker();

/** The declared symbol behind an alias. */
const resolve = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

const sortByTitle = (names: readonly Named[]): Named[] =>
  [...names].sort((one, other) => (one.title < other.title ? -1 : 1));

const surface: ReadonlyMap<string, readonly Named[]> = new Map(
  entries.map(({ module, file }) => {
    const source = declarations.get(pathOf(file));
    const symbol = source && checker.getSymbolAtLocation(source);
    const names = (symbol ? checker.getExportsOfModule(symbol) : []).map((each) => {
      const isType = each.declarations?.some(ts.isTypeOnlyExportDeclaration) ?? false;
      return { title: each.name, symbol: resolve(each), isType };
    });
    return [module, sortByTitle(names)];
  }),
);

/** The module whose report describes a name: the smallest entry that exports it. */
const homes = new Map(
  [...surface]
    .sort(([, some], [, others]) => others.length - some.length)
    .flatMap(([module, names]) => names.map(({ symbol }) => [symbol, module])),
);

/** The types that the given names use and that users cannot import. */
function hiddenTypesOf(names: readonly Named[]): Named[] {
  const found = new Map<ts.Symbol, Named>();
  const visit = (node: ts.Node): void => {
    const alias = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const symbol = alias && resolve(alias);
    const file = symbol && fileOf(symbol);
    if (symbol && file !== undefined && !homes.has(symbol) && !found.has(symbol)) {
      const hidden = { title: `${symbol.name} of ${file}`, symbol, isType: true };
      found.set(symbol, hidden);
      nodesOf(hidden).forEach(visit);
    }
    node.forEachChild(visit);
  };
  names.flatMap(nodesOf).forEach(visit);
  return sortByTitle([...found.values()]);
}

/** The source file that declares a symbol. Members and parameters have none. */
function fileOf({ declarations: [node] = [] }: ts.Symbol): string | undefined {
  const file = node && statementOf(node).parent;
  return file && ts.isSourceFile(file) ? file.fileName.replace(`${root}src/`, '').replace('.d.ts', '') : undefined;
}

const statementOf = (node: ts.Node): ts.Node => (ts.isVariableDeclaration(node) ? node.parent.parent : node);

/** The declarations of a name, without the members that users cannot access. */
function nodesOf({ symbol, isType }: Named): ts.Node[] {
  const { Private, NonPublicAccessibilityModifier } = ts.ModifierFlags;
  return (symbol.declarations ?? []).map((node) => {
    if (!ts.isClassDeclaration(node)) return statementOf(node);
    const { modifiers, name, typeParameters, heritageClauses } = node;
    const hidden = isType ? NonPublicAccessibilityModifier : Private;
    const members = node.members.filter((member) => !(ts.getCombinedModifierFlags(member) & hidden));
    return ts.factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, members);
  });
}

const printer = ts.createPrinter({ removeComments: true });

function section(named: Named): string {
  const file = named.symbol.declarations?.[0]?.getSourceFile();
  const texts = nodesOf(named).map((node) => file && printer.printNode(ts.EmitHint.Unspecified, node, file));
  const code = texts.join('\n').replace(/^(export )?(declare )?/gm, '');
  const isClass = named.symbol.flags & ts.SymbolFlags.Class;
  return `## ${named.title}${named.isType && isClass ? ', as a type' : ''}\n\n\`\`\`ts\n${code}\n\`\`\``;
}
