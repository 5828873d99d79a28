import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';

/** The command as a person calls it: the simulated card is a process, and so is the reader of it. */

const MAIN = resolve(import.meta.dirname, '..', 'main.ts');
const simulated = new Set<ChildProcess>();
const directory = mkdtempSync(join(tmpdir(), 'hufu-card-'));

afterEach(async () => {
  for (const child of simulated) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  simulated.clear();
  rmSync(directory, { recursive: true, force: true });
});

/** The address of the reader that it prints. */
const simulate = async (...words: readonly string[]): Promise<string> => {
  const child = spawn(process.execPath, [MAIN, 'card', 'simulate', ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  simulated.add(child);
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return address;
};

const card = async (
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  const child = spawn(process.execPath, [MAIN, 'card', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
};

const K = '465b5ce8b199b49faa5f0a2ee238a6bc';

test('read, export and verify of a simulated card in a smart mouse', async () => {
  const address = await simulate('--on', 'serial', '--card', 'gsm');
  const read = await card('read', '--reader', address);
  expect(read.out).toMatch(
    /^ATR 3b1694710101020100, class gsm\nMF\n {2}EF\.ICCID +2fe2 +\(10 bytes, --reveal shows them\)\n/,
  );
  expect(read.out).toMatch(/EF\.Kc +6f20 +\(withheld: Key\)/);
  expect(read.code).toBe(0);
  const revealed = JSON.parse((await card('export', '--reveal', '--reader', address)).out);
  expect(revealed.directories[0].files[0].content[0].hex).toBe('98684000000000000000');
  const masked = JSON.parse((await card('export', '--reader', address)).out);
  expect(masked.directories[0].files[0].content).toEqual([{ masked: 10 }]);
  const keys = join(directory, 'keys.json');
  writeFileSync(keys, JSON.stringify({ k: K, opc: '0'.repeat(32) }));
  const verified = await card('verify', '--keys', keys, '--reader', address);
  expect(verified.code).toBe(1);
  expect(verified.out).toBe('the card holds other keys, or has another algorithm than Milenage\n');
  writeFileSync(keys, JSON.stringify({ k: '0'.repeat(32), opc: '0'.repeat(32) }));
  expect((await card('verify', '--keys', keys, '--reader', address)).out).toBe('the card holds these keys\n');
  writeFileSync(keys, JSON.stringify({ k: `${K}00` }));
  const bad = await card('verify', '--keys', keys, '--reader', address);
  expect(bad.code).toBe(69);
  expect(bad.err).toMatch(/holds no keys of a card/);
  expect(bad.err).not.toContain(K);
}, 60_000);

test('a card that is pulled out in the middle, and addresses that lead nowhere', async () => {
  const address = await simulate('--on', 'modem', '--remove-before', '5');
  const read = await card('read', '--reader', address);
  expect(read.code).toBe(69);
  expect(read.err).toMatch(/SIM not inserted. \(CardAbsent\)/);
  expect((await card('read', '--reader', 'usb:1')).code).toBe(64);
  const missing = await card('read', '--reader', 'serial:/dev/not-there');
  expect(missing.code).toBe(69);
  expect(missing.err).toMatch(/ReaderUnavailable/);
}, 60_000);

test('write of a blank card from a file: written and proved, then refused; a wrong code is told and not tried again', async () => {
  const iccid = '89860126100000000016';
  mkdirSync(directory, { recursive: true });
  const data = join(directory, 'data.json');
  const opc = 'ffeeddccbbaa99887766554433221100';
  const known = { iccid, imsi: '460017000000001', smsc: '8613010112500', k: K, opc };
  writeFileSync(data, JSON.stringify({ ...known, adm: '12345678' }));
  const address = await simulate('--on', 'serial', '--iccid', iccid);
  const written = await card('write', '--data', data, '--reader', address);
  expect(written.out).toBe('written, read back, and its keys are proved\n');
  const again = await card('write', '--data', data, '--reader', address);
  expect(again.code).toBe(69);
  expect(again.err).toContain('CardNotBlank');
  writeFileSync(data, JSON.stringify({ ...known, adm: '87654321' }));
  const other = await simulate('--on', 'serial', '--iccid', iccid);
  const wrong = await card('write', '--data', data, '--reader', other);
  expect(wrong.code).toBe(1);
  expect(wrong.out).toContain('The card does not carry the IMSI.');
  expect(wrong.out).toContain('do not try it again');
  for (const { out, err } of [written, again, wrong])
    expect(`${out}${err}`).not.toMatch(new RegExp(`${K}|${opc}|87654321`));
}, 60_000);
