import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { batchBytes, goodBatch, settled } from '../../test/support/tap-batch.ts';
import { tapFile } from '../../test/support/tap-file.ts';

/** The command as a person calls it. */
const MAIN = resolve(import.meta.dirname, '..', 'main.ts');
const directory = mkdtempSync(join(tmpdir(), 'hufu-tap-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const tap = (
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
  new Promise((done) => {
    const child = execFile(process.execPath, [MAIN, 'tap', ...words], { maxBuffer: 1 << 26 }, (_, out, err) =>
      done({ code: child.exitCode ?? -1, out, err }),
    );
  });

const fileOf = (name: string, bytes: Buffer): string => {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
};

const FILE = tapFile(20);

test('a file without remarks is counted, and comes back from JSON the same', async () => {
  const path = fileOf('CDFRAF1CHNCU00042', FILE);
  const check = await tap('check', path);
  expect(check.code).toBe(0);
  expect(check.out).toContain('TAP-0312');
  expect(check.out).toMatch(/mobileOriginatedCall +7\n/);
  expect(check.out).toMatch(/gprsCall +8\n/);
  const json = await tap('json', path);
  expect(json.code).toBe(0);
  const encoded = await tap('encode', fileOf('file.json', Buffer.from(json.out)), '--out', join(directory, 'again'));
  expect(encoded.code).toBe(0);
  expect(readFileSync(join(directory, 'again')).equals(FILE)).toBe(true);
});

test('remarks are told with byte and path', async () => {
  const { code, out } = await tap('check', fileOf('padded', Buffer.concat([FILE, Buffer.alloc(4)])));
  expect(code).toBe(1);
  expect(out).toMatch(new RegExp(`1 × padding: .*\\n +byte ${FILE.length} +00000000\\n`));
});

test('a file that cannot be read is refused, with the byte where it goes wrong', async () => {
  const short = await tap('check', fileOf('short', FILE.subarray(0, FILE.length - 3)));
  expect(short.code).toBe(2);
  expect(short.out).toContain('refused: LengthPastParent');
  expect(short.out).toContain('at transferBatch');
  const letter = await tap('json', fileOf('letter', Buffer.from('Dear partner')));
  expect(letter.code).toBe(2);
  expect(letter.err).toContain('UnknownFormat');
  const wrong = await tap(
    'encode',
    fileOf('wrong.json', Buffer.from('[{"$format":"TAP-0312","notification":{"x":1}}]')),
    '--out',
    join(directory, 'w'),
  );
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('0/notification/x');
});

test('records with severe errors go back, and the RAP file that returns them is read', async () => {
  const batch = goodBatch();
  batch.callEventDetails[0].mobileOriginatedCall.basicCallInformation.totalCallEventDuration = -1;
  const path = fileOf('CDFRAF1CHNCU00042', batchBytes(settled(batch)));
  const check = await tap('check', path);
  expect(check.code).toBe(3);
  expect(check.out).toMatch(/1 × severe totalCallEventDuration 20: below zero\n +record 1 +byte \d+ +transferBatch\//);
  const json = await tap('check', path, '--json');
  expect(json.code).toBe(3);
  expect(JSON.parse(json.out)).toMatchObject({
    findings: [{ item: 'totalCallEventDuration', code: 20, record: 0 }],
    report: { verdict: 'partly', returned: 1, returnedCharge: '1007', header: { sender: 'FRAF1' } },
  });
  const rap = await tap('rap', path, '--out', directory, '--sequence', '7', '--note', 'checked');
  expect(rap.code).toBe(3);
  const returned = await tap('json', join(directory, 'RCCHNCUFRAF100007'));
  expect(returned.code).toBe(0);
  expect(returned.out).toContain('"rapFileSequenceNumber":"00007"');
  expect(returned.out).toContain('"severeReturn":');
  const again = await tap('rap', path, '--out', directory, '--sequence', '7');
  expect(again.code).toBe(69);
  expect(again.err).toContain('is there already');
});

test('facts of a document count, and a fatal error returns the file', async () => {
  const path = fileOf('CDFRAF1CHNCU00042', batchBytes(goodBatch()));
  const facts = fileOf('facts.json', Buffer.from('{"history":{"expected":40},"recipients":["CHNCU"]}'));
  const gap = await tap('check', path, '--facts', facts);
  expect(gap.code).toBe(1);
  expect(gap.out).toContain('not received: 40 to 41');
  const wrong = fileOf('CDFRAF1CHNCU00043', batchBytes(goodBatch()));
  expect((await tap('check', wrong)).out).toContain('fatal fileSequenceNumber 100');
  expect((await tap('rap', wrong, '--out', directory, '--sequence', '8')).code).toBe(4);
  const bad = await tap('check', path, '--facts', fileOf('bad.json', Buffer.from('{"history":{"expected":0}}')));
  expect(bad.code).toBe(69);
  expect(bad.err).toContain('history/expected');
});

test('JSON of a file that breaks off is whole, and says why', async () => {
  const json = await tap('json', fileOf('short', FILE.subarray(0, FILE.length - 3)));
  expect(json.code).toBe(2);
  const units = JSON.parse(json.out) as readonly object[];
  expect(units.at(-1)).toMatchObject({ $refused: { code: 'LengthPastParent', offset: expect.any(Number) } });
});

test('a file that is not there, and words that mean nothing', async () => {
  expect((await tap('check', join(directory, 'nowhere'))).code).toBe(69);
  expect((await tap('polish', 'x')).code).toBe(64);
});
