import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isProblems } from '../../domain/roaming/rating/refusals.ts';
import { readyTerms } from '../../domain/roaming/terms/document.ts';
import type { RunningPartner } from '../simulator/partner.ts';
import { keyPair } from '../simulator/state.ts';
import { type RoamingSettings, startRoamingPartner } from './simulator.ts';
import { simulatedAgreement, simulatedPlan } from './simulator-terms.ts';

/** A roaming partner and our own finance department with their file servers, and the file that tells a node of both. */

const HOME = 'CHNCM';
const PARTNER = { code: 'HKGPP', name: 'Hong Kong (simulated)', utcOffset: '+0800' };
const DEPARTMENT = 'finance';

export interface RoamingSide {
  readonly code: string;
  readonly partner: RunningPartner<RoamingSettings>;
  readonly finance: RunningPartner<RoamingSettings>;
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 2)}\n`);

export const runRoamingSide = async (directory: string, host: string, tickMs: number): Promise<RoamingSide> => {
  await mkdir(directory, { recursive: true });
  const ours = await keyPair(join(directory, 'client'), 'rps');
  const { code, name, utcOffset } = PARTNER;
  const terms = simulatedAgreement(HOME, code);
  const agreement = readyTerms('agreement', terms);
  if (isProblems(agreement)) throw new Error(`the simulated agreement: ${agreement.refusals[0]?.message}`);
  const start = (own: string) =>
    startRoamingPartner(
      { code, home: HOME, agreement, utcOffset },
      {
        directory: join(directory, own),
        host,
        port: 0,
        controlPort: 0,
        users: [{ username: 'rps', publicKeys: [ours.publicKey], directories: ['outbox', 'inbox', 'archive'] }],
        settings: {},
        tickMs,
        log: () => undefined,
      },
    );
  const partner = await start(code);
  const finance = await start(DEPARTMENT);
  const access = ({ port, fingerprint }: RunningPartner<RoamingSettings>) => ({
    url: `sftp://rps@${host}:${port}/`,
    fingerprint,
    keyFile: ours.privateFile,
  });
  const file = join(directory, 'roaming.json');
  await writeJson(join(directory, 'agreement.json'), terms);
  await writeJson(join(directory, 'plan.json'), simulatedPlan(code));
  await writeJson(file, {
    home: HOME,
    zone: 'Asia/Shanghai',
    planFile: 'plan.json',
    partners: [{ code, name, agreementFile: 'agreement.json', bookDigits: 1, ...access(partner) }],
    departments: [{ code: DEPARTMENT, ...access(finance) }],
  });
  return {
    code,
    partner,
    finance,
    environment: { HUFU_ROAMING_FILE: file },
    close: async () => {
      await partner.close();
      await finance.close();
    },
  };
};
