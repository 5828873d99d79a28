import { hash } from 'node:crypto';
import { Either, ParseResult, Schema } from 'effect';
import { canonicalJson } from '../../domain/kernel/canonical-json.ts';
import { type Fault, isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { JournalReminder } from '../../store/runtime/journal.ts';
import type { AnyDefinition, CommandSpec, ReminderChange } from './definition.ts';
import { NewerRelease, OTHER_RELEASE } from './outcome.ts';
import { quick, UNFIT } from './quick-schema.ts';

/**
 * A definition with its schemas compiled: what the runtime needs of a kind many thousand times a second. Made once per
 * definition. Values are checked where they enter (inputs) and where they are written (events, replies, state); what
 * comes back from the journal was checked when it was written and is decoded, not trusted.
 */

export interface TaggedCommand {
  readonly _tag: string;
}

export interface EncodedInput {
  readonly encoded: unknown;
  /** SM3 of tag and canonical JSON, base64. */
  readonly hash: string;
}

export interface Protocol {
  readonly definition: AnyDefinition;
  readonly kind: string;
  readonly receipts: number;
  readonly mailbox: number;
  readonly idleAfterMs: number;
  readonly sealed: boolean;
  /** Checks the command and gives its wire form; a refusal of kind `invalid` names the field. */
  readonly encodeInput: (command: TaggedCommand) => EncodedInput | Refusal;
  readonly decodeInput: (tag: string, encoded: unknown) => TaggedCommand | Refusal;
  /**
   * The input of a command that another node has checked by its own program. A command or a field that this one does
   * not know is of a newer program: the fault `OtherRelease`, rather than a command carried out without it.
   */
  readonly receiveInput: (tag: string, encoded: unknown) => TaggedCommand | Refusal | Fault;
  /** These throw: what a decider made of its own is a bug when it does not fit its schema. */
  readonly encodeReply: (tag: string, reply: unknown) => unknown;
  readonly decodeReply: (tag: string, encoded: unknown) => unknown;
  readonly encodeEvent: (event: unknown) => unknown;
  /** From any version that was ever written. */
  readonly decodeEvent: (version: number, encoded: unknown) => unknown;
  readonly encodeState: (state: unknown) => unknown;
  readonly decodeState: (encoded: unknown) => unknown;
  readonly encodeReminder: (change: ReminderChange<TaggedCommand>) => JournalReminder;
  /** The command of a stored reminder. Throws when it no longer fits its schema. */
  readonly decodeReminder: (command: unknown) => TaggedCommand;
}

const DEFAULT_RECEIPTS = 256;
const DEFAULT_MAILBOX = 1_024;
const DEFAULT_IDLE_AFTER_MS = 60_000;

const invalid = (tag: string, error: ParseResult.ParseError): Refusal => {
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error);
  const field = first?.path.map(String).join('/') ?? '';
  // The formatter's text quotes the value, which may be personal: only the place is told.
  return refuse('invalid', 'InvalidInput', `${tag}: ${field === '' ? 'the input' : `\`${field}\``} is not valid.`, {
    ...(field === '' ? {} : { field }),
    action: 'Correct the field and send the command with a new id.',
  });
};

const unknownCommand = (kind: string, tag: string): Refusal =>
  refuse('invalid', 'UnknownCommand', `${kind} knows no command ${tag}.`);

type Checked = Either.Either<unknown, ParseResult.ParseError>;

interface CommandCodec {
  readonly encode: (command: unknown) => Checked;
  readonly decode: (encoded: unknown) => Checked;
  /** A field that is not in the schema is an error. */
  readonly decodeStrictly: (encoded: unknown) => Checked;
  readonly encodeReply: (reply: unknown) => unknown;
  readonly decodeReply: (encoded: unknown) => unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: a schema of any types
type AnySchema = Schema.Schema<any, any>;

/** What does not fit is parsed, to be told what is wrong with it. */
const checked = (run: (value: unknown) => unknown, parse: (value: unknown) => Checked) => (value: unknown) => {
  const fitting = run(value);
  return fitting === UNFIT ? parse(value) : Either.right(fitting);
};

const sure = (run: (value: unknown) => unknown, parse: (value: unknown) => unknown) => (value: unknown) => {
  const fitting = run(value);
  return fitting === UNFIT ? parse(value) : fitting;
};

const DECODING = { decoding: true, excess: 'ignore' } as const;
const ENCODING = { decoding: false, excess: 'ignore' } as const;
const STRICTLY = { decoding: true, excess: 'error' } as const;

/** These throw at what does not fit. */
const encoder = (schema: AnySchema) => sure(quick(schema, ENCODING), Schema.encodeUnknownSync(schema));
const decoder = (schema: AnySchema) => sure(quick(schema, DECODING), Schema.decodeUnknownSync(schema));

const codecsOf = (definition: AnyDefinition): ReadonlyMap<string, CommandCodec> =>
  new Map(
    Object.entries<CommandSpec>(definition.commands).map(([tag, { input, reply }]) => {
      const decode = Schema.decodeUnknownEither(input);
      return [
        tag,
        {
          encode: checked(quick(input, ENCODING), Schema.encodeUnknownEither(input)),
          decode: checked(quick(input, DECODING), decode),
          decodeStrictly: checked(quick(input, STRICTLY), (value) => decode(value, { onExcessProperty: 'error' })),
          encodeReply: encoder(reply),
          decodeReply: decoder(reply),
        },
      ];
    }),
  );

const upcastOf = (definition: AnyDefinition) => {
  const { kind, eventVersion, upcast = {} } = definition;
  for (let version = 1; version < eventVersion; version += 1) {
    if (upcast[version] === undefined) throw new Error(`${kind}: events of version ${version} have no upcast`);
  }
  return (version: number, encoded: unknown): unknown => {
    if (version > eventVersion) {
      throw new NewerRelease(`${kind}: an event of version ${version}, newer than this program`);
    }
    let current = encoded;
    for (let from = version; from < eventVersion; from += 1) current = upcast[from]?.(current);
    return current;
  };
};

const compile = (definition: AnyDefinition): Protocol => {
  const { kind } = definition;
  const codecs = codecsOf(definition);
  const upcast = upcastOf(definition);
  const decodeCurrentEvent = decoder(definition.event);
  const codecOf = (tag: string): CommandCodec => {
    const codec = codecs.get(tag);
    if (codec === undefined) throw new Error(`${kind} knows no command ${tag}`);
    return codec;
  };
  const encodeInput = (command: TaggedCommand): EncodedInput | Refusal => {
    const codec = codecs.get(command._tag);
    if (codec === undefined) return unknownCommand(kind, command._tag);
    const encoded = codec.encode(command);
    if (Either.isLeft(encoded)) return invalid(command._tag, encoded.left);
    return { encoded: encoded.right, hash: hash('sm3', `${command._tag} ${canonicalJson(encoded.right)}`, 'base64') };
  };
  const decodeInput = (tag: string, encoded: unknown): TaggedCommand | Refusal => {
    const codec = codecs.get(tag);
    if (codec === undefined) return unknownCommand(kind, tag);
    const decoded = codec.decode(encoded);
    if (Either.isLeft(decoded)) return invalid(tag, decoded.left);
    return { ...(decoded.right as object), _tag: tag };
  };
  const receiveInput = (tag: string, encoded: unknown): TaggedCommand | Refusal | Fault => {
    const codec = codecs.get(tag);
    if (codec === undefined) return OTHER_RELEASE;
    const decoded = codec.decodeStrictly(encoded);
    if (Either.isRight(decoded)) return { ...(decoded.right as object), _tag: tag };
    const lenient = decodeInput(tag, encoded);
    return isRefusal(lenient) ? lenient : OTHER_RELEASE;
  };
  return {
    definition,
    kind,
    receipts: definition.receipts ?? DEFAULT_RECEIPTS,
    mailbox: definition.mailbox ?? DEFAULT_MAILBOX,
    idleAfterMs: definition.idleAfterMs ?? DEFAULT_IDLE_AFTER_MS,
    sealed: definition.sealed === true,
    encodeInput,
    decodeInput,
    receiveInput,
    encodeReply: (tag, reply) => codecOf(tag).encodeReply(reply),
    decodeReply: (tag, encoded) => codecOf(tag).decodeReply(encoded),
    encodeEvent: encoder(definition.event),
    decodeEvent: (version, encoded) => decodeCurrentEvent(upcast(version, encoded)),
    encodeState: encoder(definition.state),
    decodeState: decoder(definition.state),
    encodeReminder: (change) => {
      if (change._tag !== 'Set') return change;
      const input = encodeInput(change.command);
      if ('_tag' in input) throw new Error(`${kind}: reminder ${change.name}: ${input.message}`);
      return { ...change, command: { _tag: change.command._tag, input: input.encoded } };
    },
    decodeReminder: (command) => {
      const { _tag, input } = command as { readonly _tag: string; readonly input: unknown };
      const decoded = decodeInput(_tag, input);
      if ('kind' in decoded && decoded._tag === 'Refusal')
        throw new Error(`${kind}: a stored reminder does not decode`);
      return decoded;
    },
  };
};

const compiled = new WeakMap<AnyDefinition, Protocol>();

export const protocolOf = (definition: AnyDefinition): Protocol => {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const protocol = compile(definition);
  compiled.set(definition, protocol);
  return protocol;
};
