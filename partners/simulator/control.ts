import { createServer } from 'node:http';
import { Either, Schema } from 'effect';
import { CHARSETS } from '../../domain/kernel/delimited-text.ts';
import { FILE_KINDS } from '../../domain/sim/vop-file.ts';
import { SPOILS } from './vop-files.ts';

/**
 * How a simulator behaves, changed while it runs over a port on the loopback: `GET /` answers the settings, `PATCH /`
 * with a JSON object of those to change. They are kept with the simulator's state.
 */
const count = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));
const share = Schema.Number.pipe(Schema.between(0, 1));

/** The next `times` files of this kind go wrong so. `repairMs`: so much later the right one follows (null: never). */
export const Trouble = Schema.Struct({
  kind: Schema.Literal(...FILE_KINDS),
  /** twice: again under its name; twiceOtherName: the same bytes under another name; late: three times the delay. */
  how: Schema.Literal(...SPOILS, 'twice', 'twiceOtherName', 'late'),
  times: count,
  repairMs: Schema.NullOr(count),
});
export type Trouble = Schema.Schema.Type<typeof Trouble>;

export const ServerSettings = Schema.Struct({
  down: Schema.Boolean,
  latencyMs: count,
  dropAfterBytes: count,
  drops: count,
});

const both = {
  /** Between having read a file and answering it. */
  delayMs: count,
  /** For everything that is left to chance. */
  seed: Schema.String,
  charset: Schema.Literal(...CHARSETS),
  troubles: Schema.Array(Trouble).pipe(Schema.maxItems(100)),
  server: ServerSettings,
};

/** A line that matches everything given is rejected so. */
export const RejectRule = Schema.Struct({
  product: Schema.optional(Schema.String),
  city: Schema.optional(Schema.String),
  cardType: Schema.optional(Schema.Literal('finished', 'blank')),
  minQuantity: Schema.optional(count),
  code: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/)),
  reason: Schema.String.pipe(Schema.minLength(1), Schema.maxLength(500)),
});

export const VopSettings = Schema.Struct({
  ...both,
  /** Known products and cities; empty: all. */
  products: Schema.Array(Schema.String),
  cities: Schema.Array(Schema.String),
  minQuantity: count,
  maxQuantity: count,
  rejectRules: Schema.Array(RejectRule),
  /** Share of the lines that is rejected by chance, up to round `rejectRounds`. */
  rejectShare: share,
  rejectRounds: count,
  /** Share of the rows of a POS file that VOP takes exception to. */
  posExceptionShare: share,
});
export type VopSettings = Schema.Schema.Type<typeof VopSettings>;

export const VendorSettings = Schema.Struct({
  ...both,
  /** Share of the cards that fail. */
  failureRate: share,
});
export type VendorSettings = Schema.Schema.Type<typeof VendorSettings>;

export const SIMULATED_SERVER = { down: false, latencyMs: 0, dropAfterBytes: 0, drops: 0 } as const;
const base = {
  delayMs: 500,
  seed: 'hufu',
  charset: 'GB18030',
  troubles: [],
  server: SIMULATED_SERVER,
} as const;
export const VOP_SETTINGS: VopSettings = {
  ...base,
  products: [],
  cities: [],
  minQuantity: 1,
  maxQuantity: 2_000_000,
  rejectRules: [],
  rejectShare: 0,
  rejectRounds: 1,
  posExceptionShare: 0,
};
export const VENDOR_SETTINGS: VendorSettings = { ...base, failureRate: 0.002 };

/** The settings with the patch's in their place, or what is wrong with it. */
export const patched = <A extends object, I>(schema: Schema.Schema<A, I>, settings: A, patch: unknown): A | string => {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return 'a JSON object is awaited';
  const decode = Schema.decodeUnknownEither(schema, { onExcessProperty: 'error' });
  return Either.getOrElse(decode({ ...settings, ...patch }), ({ message }) => message);
};

export interface ControlPort {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const MAX_BODY = 64 * 1024;

/**
 * `change` gives what is wrong with the patch, or nothing. `act` has the partner do something (POST): what became of it,
 * or as a text what is wrong with the wish.
 */
export const controlPort = (
  port: number,
  read: () => unknown,
  change: (patch: unknown) => Promise<string | undefined>,
  act?: (wish: unknown) => Promise<object | string>,
): Promise<ControlPort> => {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`);
    if (request.method === 'GET') return void answer(200, read());
    const acts = request.method === 'POST' && act !== undefined;
    if (request.method !== 'PATCH' && !acts) return void answer(405, { error: 'GET or PATCH' });
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      text += part;
      if (text.length > MAX_BODY) request.destroy();
    });
    request.on('end', () => {
      let patch: unknown;
      try {
        patch = JSON.parse(text);
      } catch {
        return void answer(400, { error: 'the body is not JSON' });
      }
      if (acts) {
        return void act(patch).then(
          (done) => (typeof done === 'string' ? answer(400, { error: done }) : answer(200, done)),
          (error: unknown) => answer(500, { error: String(error) }),
        );
      }
      return void change(patch).then(
        (wrong) => answer(wrong === undefined ? 200 : 400, wrong === undefined ? read() : { error: wrong }),
        (error: unknown) => answer(500, { error: String(error) }),
      );
    });
    return undefined;
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Loopback only: whoever reaches it may break the simulator.
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve({
        url: `http://127.0.0.1:${bound}/`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
};
