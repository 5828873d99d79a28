import { writeFileSync } from 'node:fs';
import { clientFile, generatedClient } from './client.ts';

/** `node cli/console/generate.ts`: writes the web console's client anew, after a route that it calls has changed. */
writeFileSync(clientFile, generatedClient());
