import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigProvider, Effect, Either, Layer, Option } from 'effect';
import { afterAll, expect, it } from 'vitest';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { roamingSettings } from './configuration.ts';

/** The settings of docs/roaming-inbound.md, read from files as a node reads them. */

const directory = mkdtempSync(join(tmpdir(), 'hufu-roaming-settings-'));
afterAll(() => rmSync(directory, { recursive: true }));

const example = (name: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(new URL(`../../docs/examples/roaming/${name}.json`, import.meta.url), 'utf8'));
const put = (name: string, value: unknown): string => {
  writeFileSync(join(directory, name), JSON.stringify(value));
  return name;
};

const access = { url: 'sftp://hufu@host.example/', fingerprint: `SHA256:${'A'.repeat(43)}`, passwordFile: 'password' };
const entity = { type: 1, id: '8613800100' };
const visitors = {
  ...{ agreementFile: 'here.json', imsiPrefixes: ['45412'], nrtrde: true },
  ...{ localCurrency: 'CNY', exchangeRate: '9.65', countryCode: '86' },
};
const ELEMENT = {
  ...{ code: 'MSC01', name: 'switch one', layoutFile: 'layout.json', ...access },
  entities: { voice: entity, sms: entity, data: { type: 4, id: '10.0.0.1' } },
};
const ciber = { editionFile: 'edition.json', ourSid: '30001', sid: '133', utcOffset: '-0500' };
const PARTNER = {
  ...{ code: 'HKGPP', name: 'Hong Kong', agreementFile: 'agreement.json', ...access },
  ...{ visitors, ciber },
};

writeFileSync(join(directory, 'password'), 'secret');
put('plan.json', example('plan'));
put('agreement.json', { ...example('agreement'), home: 'CHNCM', visited: 'HKGPP' });
put('here.json', { ...example('agreement'), home: 'HKGPP', visited: 'CHNCM' });
put('layout.json', example('cdr-layout-csv'));
put('edition.json', example('ciber-edition'));

const read = async (partner: object, element: object, monitors: ReadonlyArray<object> = []) => {
  const settings = { home: 'CHNCM', zone: 'Asia/Shanghai', planFile: 'plan.json' };
  const path = join(
    directory,
    put('roaming.json', { ...settings, partners: [partner], elements: [element], monitors }),
  );
  const provider = ConfigProvider.fromMap(new Map([['HUFU_ROAMING_FILE', path]]));
  const found = await Effect.runPromise(
    Effect.either(Effect.provide(roamingSettings, Layer.setConfigProvider(provider))),
  );
  if (Either.isLeft(found)) return isRefusal(found.left) ? found.left.message : String(found.left);
  return Option.getOrThrow(found.right);
};

it('name monitors by the layouts of elements, each with a server of its own', async () => {
  const { entities: _, ...like } = ELEMENT;
  const found = await read(PARTNER, ELEMENT, [{ ...like, code: 'PRB01', name: 'probe one' }]);
  if (typeof found === 'string') throw new Error(found);
  expect(found.settings.monitors?.get('PRB01')).toEqual({
    ...{ code: 'PRB01', name: 'probe one', layout: found.settings.elements.get('MSC01')?.layout },
  });
  expect([...found.servers.keys()].sort()).toEqual(['HKGPP', 'MSC01', 'PRB01']);
  expect(await read(PARTNER, ELEMENT, [like])).toContain('MSC01 occurs twice');
});

it('name visitors, their agreement, elements with their layouts, and servers of both', async () => {
  const found = await read(PARTNER, ELEMENT);
  if (typeof found === 'string') throw new Error(found);
  const { settings, servers } = found;
  expect([...servers.keys()].sort()).toEqual(['HKGPP', 'MSC01']);
  expect(settings.elements.get('MSC01')).toMatchObject({ layout: { form: 'csv' }, entities: { voice: entity } });
  expect(settings.partners.get('HKGPP')).toMatchObject({
    visitors: { imsiPrefixes: ['45412'] },
    ciber: { sid: '133', edition: { recordLength: 200 } },
  });
  expect(settings.first.map(({ name }) => name)).toEqual(['TRAVEL', 'CHNCM-HKGPP', 'HKGPP-CHNCM', 'HKGPP', 'MSC01']);
  // Its key is named, not held.
  expect(settings.first.at(-2)).toMatchObject({
    kind: 'partner',
    document: {
      name: 'Hong Kong',
      server: { url: access.url, credential: 'HKGPP' },
      visitors: { imsiPrefixes: ['45412'] },
    },
  });
  expect(JSON.stringify(settings.first)).not.toContain('secret');
});

it.each<readonly [string, object, object]>([
  [
    'is not the agreement of HKGPP with CHNCM',
    { ...PARTNER, visitors: { ...visitors, agreementFile: 'agreement.json' } },
    ELEMENT,
  ],
  ['occurs twice', PARTNER, { ...ELEMENT, code: 'HKGPP' }],
  ['InvalidCdrLayout', PARTNER, { ...ELEMENT, layoutFile: 'agreement.json' }],
  ['InvalidCiberEdition', { ...PARTNER, ciber: { ...ciber, editionFile: 'layout.json' } }, ELEMENT],
  ['cannot read', PARTNER, { ...ELEMENT, layoutFile: 'nowhere.json' }],
  ['exchangeRate', { ...PARTNER, visitors: { ...visitors, exchangeRate: '0' } }, ELEMENT],
])('stop the start: %s', async (what, partner, element) => {
  expect(await read(partner, element)).toContain(what);
});
