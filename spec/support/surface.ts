import { basename, join } from 'node:path/posix';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { root, sources, textOf } from './sources.js';

/*
 * The public surface as text: of each module that users can import every name with its type, as they see it. It is read
 * from declarations as the build writes them, so without bodies and what is `@internal`; comments are left out too, and
 * members that users cannot reach.
 */

/** A module that users can import: what they write, and its source file. */
export interface Entry {
  readonly module: string;
  readonly file: string;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

/** What is told of; of a class that is exported as a type alone nobody can use the protected members. */
interface Named {
  readonly title: string;
  readonly symbol: ts.Symbol;
  readonly isType: boolean;
}

const { name: library, exports } = JSON.parse(textOf('package.json')) as Manifest;

/** What package.json exports. */
export const entries: readonly Entry[] = Object.entries(exports).flatMap(([path, target]) =>
  typeof target === 'string' ? [] : [{ module: join(library, path), file: `${basename(target.types, '.d.ts')}.ts` }],
);

/** The report on an entry, in Markdown. A name that a smaller entry exports too is only named: it is in that one's. */
export async function reportOn({ module }: Entry): Promise<string> {
  const names = surface.get(module) ?? [];
  const own = names.filter(({ symbol }) => homes.get(symbol) === module);
  const unnamed = spokenOfBy(own);
  const parts = [
    `# ${module}`,
    'Every name that it exports, with its type. `npm run api` writes this file, `npm test` compares it.',
    ...entries.flatMap(({ module: other }) => {
      const lent = names.filter(({ symbol }) => other !== module && homes.get(symbol) === other);
      return lent.length > 0 ? [`From \`${other}\`:`, lent.map(({ title }) => `- ${title}`).join('\n')] : [];
    }),
    ...own.map(section),
    ...(unnamed.length > 0 ? ['# Not exported, but spoken of', ...unnamed.map(section)] : []),
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

const place = (file: string): string => `${root}src/${file.replace(/\.ts$/, '.d.ts')}`;

/** With `isolatedDeclarations` each file is enough for its own. */
const declarations = new Map(
  sources().map((file) => {
    const { outputText } = ts.transpileDeclaration(textOf(`src/${file}`), { fileName: file, compilerOptions: options });
    return [place(file), ts.createSourceFile(place(file), outputText, ts.ScriptTarget.ES2022, true)];
  }),
);

const checker = ts
  .createProgram([...declarations.keys()], options, {
    ...ts.createCompilerHost(options),
    fileExists: (path) => declarations.has(path),
    getSourceFile: (path) => declarations.get(path),
  })
  .getTypeChecker();

/** What stands behind a name, wherever it came from. */
const meantBy = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

const inOrder = (names: readonly Named[]): Named[] =>
  [...names].sort((one, other) => (one.title < other.title ? -1 : 1));

const surface: ReadonlyMap<string, readonly Named[]> = new Map(
  entries.map(({ module, file }) => {
    const source = declarations.get(place(file));
    const symbol = source && checker.getSymbolAtLocation(source);
    const names = (symbol ? checker.getExportsOfModule(symbol) : []).map((each) => {
      const isType = each.declarations?.some(ts.isTypeOnlyExportDeclaration) ?? false;
      return { title: each.name, symbol: meantBy(each), isType };
    });
    return [module, inOrder(names)];
  }),
);

/** Where a name is told of: in the report on the smallest entry that exports it. */
const homes = new Map(
  [...surface]
    .sort(([, some], [, others]) => others.length - some.length)
    .flatMap(([module, names]) => names.map(({ symbol }) => [symbol, module])),
);

/** What users need to understand these, and cannot import. */
function spokenOfBy(names: readonly Named[]): Named[] {
  const found = new Map<ts.Symbol, Named>();
  const visit = (node: ts.Node): void => {
    const alias = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const symbol = alias && meantBy(alias);
    const file = symbol && fileOf(symbol);
    if (symbol && file !== undefined && !homes.has(symbol) && !found.has(symbol)) {
      const unnamed = { title: `${symbol.name} of ${file}`, symbol, isType: true };
      found.set(symbol, unnamed);
      nodesOf(unnamed).forEach(visit);
    }
    node.forEachChild(visit);
  };
  names.flatMap(nodesOf).forEach(visit);
  return inOrder([...found.values()]);
}

/** The file of ours that declares it, unless it is a member or a parameter. */
function fileOf({ declarations: [node] = [] }: ts.Symbol): string | undefined {
  const file = node && statementOf(node).parent;
  return file && ts.isSourceFile(file) ? file.fileName.replace(`${root}src/`, '').replace('.d.ts', '') : undefined;
}

const statementOf = (node: ts.Node): ts.Node => (ts.isVariableDeclaration(node) ? node.parent.parent : node);

/** Its declarations, without the members that users cannot reach. */
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
