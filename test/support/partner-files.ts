import { createHash } from 'node:crypto';
import { Chunk, type Context, Effect, Stream } from 'effect';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { advance } from '../../domain/sim/number-block.ts';
import type { FileKind, NewRow, VopExpectation, VopHeader } from '../../domain/sim/vop-file.ts';
import { decodeVopFile } from '../../domain/sim/vop-file-decoder.ts';
import { encodeVopFile } from '../../domain/sim/vop-file-encoder.ts';
import { vopFileName } from '../../domain/sim/vop-file-name.ts';
import { SFTP_TUNING } from '../../partners/sftp-connection.ts';
import type { Simulators } from '../../partners/simulators.ts';
import type { Upload } from '../../partners/transfer.ts';
import { VendorPort } from '../../partners/vendor/port.ts';
import { vendorPortAt } from '../../partners/vendor/sftp.ts';
import { type OutboxFile, VopPort } from '../../partners/vop/port.ts';
import { vopPortAt } from '../../partners/vop/sftp.ts';

/** Our side of the cycle by hand, through the ports: what a test of the partners needs to send and to read. */
const TUNING = {
  ...SFTP_TUNING,
  connectTimeoutMs: 2_000,
  requestTimeoutMs: 5_000,
  attempts: 6,
  backoffMs: 20,
  backoffMaxMs: 200,
  settleMs: 20,
};
export const APPLICATION = 'A20261123-0001';

export type Ports = Context.Tag.Service<VopPort> & Context.Tag.Service<VendorPort>;
export const withPorts = <A, E>(
  simulators: Simulators,
  use: (ports: Ports) => Effect.Effect<A, E>,
): Effect.Effect<A, E> =>
  Effect.flatMap(Effect.all([VopPort, VendorPort]), ([vop, vendor]) => use({ ...vop, ...vendor })).pipe(
    Effect.provide(vopPortAt(simulators.vopServer, TUNING)),
    Effect.provide(vendorPortAt(simulators.vendorServers, TUNING)),
  );

export const uploadOf = (name: string, bytes: Buffer): Upload => ({
  name,
  bytes: bytes.length,
  sm3: createHash('sm3').update(bytes).digest('hex'),
  open: (offset) => Stream.make(bytes.subarray(offset)),
});

export const fileOf = <K extends FileKind>(
  kind: K,
  rows: ReadonlyArray<NewRow<K>>,
  more: Partial<VopHeader<K>> = {},
): Upload => {
  const header: VopHeader<K> = {
    kind,
    version: 1,
    sender: 'RPS',
    receiver: kind === 'vendorPart' ? 'V-EAST' : 'VOP',
    application: APPLICATION,
    round: 1,
    part: kind === 'vendorPart' ? 1 : 0,
    sequence: 1,
    created: '2026-11-23T06:00:00Z',
    charset: 'GB18030',
    ...more,
  };
  const encoder = encodeVopFile(header);
  const head = encoder.push(rows);
  const end = encoder.end();
  if (isRefusal(head) || isRefusal(end)) throw new Error(JSON.stringify([head, end]));
  return uploadOf(vopFileName(header), Buffer.concat([head, end.bytes]));
};

export const line = (
  number: number,
  quantity: number,
  more: Partial<NewRow<'application'>> = {},
): NewRow<'application'> => {
  const body = `8986011${String(number * 1_000_000).padStart(12, '0')}`;
  const imsi = `46001${String(number * 1_000_000).padStart(10, '0')}`;
  return {
    line: number,
    cardType: 'finished',
    product: 'P4G',
    city: 'BJ',
    quantity,
    iccidBlocks: [{ first: body, last: advance(body, quantity - 1) }],
    imsiBlocks: [{ first: imsi, last: advance(imsi, quantity - 1) }],
    remark: '首批',
    ...more,
  };
};

/** Polls until a file of this kind is there. */
export const awaitFile = (ports: Ports, kind: FileKind, cursor?: string) =>
  ports.poll({ application: APPLICATION, kinds: [kind] }, cursor).pipe(
    Effect.repeat({ until: ({ files }) => files.length > 0 }),
    Effect.timeout(10_000),
    Effect.flatMap(({ files: [file], cursor }) =>
      file === undefined ? Effect.dieMessage('no file') : Effect.succeed({ file, cursor }),
    ),
  );

export const read = <K extends FileKind>(ports: Ports, file: OutboxFile, expected: VopExpectation<K>) =>
  Stream.runCollect(ports.download(file)).pipe(
    Effect.map((parts) => {
      const decoder = decodeVopFile(expected);
      const rows = Chunk.toReadonlyArray(parts).flatMap((part) => [...decoder.feed(part)]);
      return { rows, report: decoder.end(), bytes: Buffer.concat(Chunk.toReadonlyArray(parts)) };
    }),
  );

/** Everything up to the POS validation file; gives what each file said. */
export const cycle = (ports: Ports, rows: ReadonlyArray<NewRow<'application'>>) =>
  Effect.gen(function* () {
    yield* ports.uploadApplication(fileOf('application', rows));
    const validation = yield* awaitFile(ports, 'validation');
    const checked = yield* read(ports, validation.file, {
      kind: 'validation',
      name: validation.file.name,
      lines: new Map(rows.map((row) => [row.line, row.quantity])),
    });
    const accepted = new Map(
      checked.rows.filter(({ verdict }) => verdict === 'accepted').map((row) => [row.line, row.quantity]),
    );
    const making = yield* awaitFile(ports, 'cardMaking');
    const cards = yield* read(ports, making.file, {
      kind: 'cardMaking',
      application: APPLICATION,
      name: making.file.name,
      lines: accepted,
    });
    yield* ports.uploadPart('V-EAST', fileOf('vendorPart', cards.rows));
    const answer = yield* awaitFile(ports, 'posValidation');
    const audited = yield* read(ports, answer.file, { kind: 'posValidation', name: answer.file.name });
    const posFile = yield* awaitFile(ports, 'pos');
    const pos = yield* read(ports, posFile.file, {
      kind: 'pos',
      name: posFile.file.name,
      sender: 'V-EAST',
      lines: accepted,
    });
    return { checked, cards, audited, pos };
  });
