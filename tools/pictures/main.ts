import { mkdirSync, writeFileSync } from 'node:fs';
import { pictures } from './pictures.js';

/*
 * `npm run pictures` writes the pictures of the documentation to docs/.
 */

mkdirSync('docs', { recursive: true });
for (const [name, svg] of Object.entries(pictures())) writeFileSync(`docs/${name}`, svg);
