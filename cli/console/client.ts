import { join } from 'node:path';
import { OPERATIONS } from '../../console/api/operations.ts';
import { openApiDocument } from '../../gateway/openapi.ts';
import { RIGHTS } from '../../gateway/rights.ts';
import { routes } from '../../gateway/routes.ts';
import { rootDir } from '../supervisor/run.ts';
import { clientText } from './client-text.ts';

/** The web console's client, as it should be by the routes of now. */

export const clientFile = join(rootDir, 'console', 'api', 'generated.ts');

export const generatedClient = (): string => {
  const info = { version: '', publicUrl: '', issuer: '' };
  return clientText(JSON.parse(JSON.stringify(openApiDocument(routes, RIGHTS, info))), OPERATIONS);
};
