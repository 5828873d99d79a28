import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { anyPort, choosePorts, isFree } from './ports.ts';

const freeBut =
  (...taken: readonly number[]) =>
  async (port: number): Promise<boolean> =>
    !taken.includes(port);
const any = (...ports: number[]) => {
  const left = [...ports];
  return async (): Promise<number> => left.shift() ?? 60_000;
};

test.each([
  [
    'what was wanted',
    [
      ['a', 100],
      ['b', 200],
    ],
    freeBut(),
    any(),
    { a: 100, b: 200 },
    [],
  ],
  [
    'the next one when it is taken',
    [
      ['a', 100],
      ['b', 200],
    ],
    freeBut(100, 101),
    any(),
    { a: 102, b: 200 },
    [['a', 100, 102]],
  ],
  [
    'no port twice',
    [
      ['a', 100],
      ['b', 100],
    ],
    freeBut(),
    any(),
    { a: 100, b: 101 },
    [['b', 100, 101]],
  ],
  [
    'any when asked for any',
    [
      ['a', 0],
      ['b', 0],
    ],
    freeBut(),
    any(7, 7, 8),
    { a: 7, b: 8 },
    [],
  ],
  ['any when all near are taken', [['a', 100]], async () => false, any(9), { a: 9 }, [['a', 100, 9]]],
  ['nothing above the last port', [['a', 65_535]], freeBut(65_535), any(9), { a: 9 }, [['a', 65_535, 9]]],
] as const)('gives %s', async (_, wanted, free, anywhere, ports, moved) => {
  expect(await choosePorts<string>(wanted, free, anywhere)).toEqual({ ports, moved });
});

test('a port with a listener is not free, and is free again afterwards', async () => {
  const port = await anyPort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect(await isFree(port)).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await isFree(port)).toBe(true);
});
