import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileOf, generate } from '../../domain/roaming/codec/generate.ts';
import { FORMATS } from '../../domain/roaming/codec/grammar.ts';
import { rulesPage } from '../../domain/roaming/validation/page.ts';
import { rootDir } from '../supervisor/run.ts';

/**
 * `node cli/tap/generate.ts` writes the generated codecs and the page of rules anew, after a tag table, the generator or
 * the rule table has changed.
 */
const directory = join(rootDir, 'domain', 'roaming', 'codec', 'generated');
mkdirSync(directory, { recursive: true });
for (const name of FORMATS) writeFileSync(join(directory, fileOf(name)), generate(name));
writeFileSync(join(rootDir, 'docs', 'tap-rules.md'), rulesPage());
