import { readFileSync } from 'node:fs';

/** What a pass reported of a folder: by file, each mutant and what became of it. */
export function reported(folder, pass) {
  const { files } = JSON.parse(readFileSync(`.cache/mutation/${folder}.${pass}.json`, 'utf8'));
  return Object.entries(files).flatMap(([file, { mutants }]) => mutants.map((mutant) => ({ file, ...mutant })));
}

export const isAlive = ({ status }) => status === 'Survived' || status === 'NoCoverage';

/** Where the mutants stand that the folder's own specs let live. */
export const survivors = (folder) => [...new Set(reported(folder, 'own').filter(isAlive).map(place))];

/** Two mutants that stand in one place and say the same are the same. */
export const identity = (mutant) => `${place(mutant)} ${mutant.replacement}`;

function place({ file, location: { start, end } }) {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
}
