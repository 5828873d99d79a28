import { Argument, type Command, Option } from 'commander';
import { Effect, Layer } from 'effect';
import { termsActor } from '../../actors/roaming/terms.ts';
import { proposeTerms, readDocument, type TermsOf } from '../../actors/roaming/terms-documents.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isProblems } from '../../domain/roaming/rating/refusals.ts';
import { termsRefusals } from '../../domain/roaming/terms/refusals.ts';
import { TermsKind, TermsName } from '../../domain/roaming/terms/schema.ts';
import { revisionOf, termsKey } from '../../domain/roaming/terms/terms.ts';
import { Reason } from '../../domain/sim/schema.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { listTerms } from '../../store/roaming/terms.ts';
import { Failure } from '../failure.ts';
import { readJson, told } from '../roaming/documents.ts';
import { parsed, print, printList, time, wholeNumber, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/**
 * `hufu admin terms list|show|propose|approve|reject`: agreements, retail plans, partners, operators, departments and elements, as below `/v1/roaming`. Who proposes and who
 * approves are two persons here, too.
 */

const stores = FilesLive.pipe(Layer.provideMerge(adminStores));
const nodes = FilesLive.pipe(Layer.provideMerge(adminNodes));

interface Listing {
  readonly tenant: TenantId;
  readonly kind?: TermsKind;
  readonly json?: boolean;
}

const list = async ({ tenant, kind, json }: Listing): Promise<void> => {
  const listing = listTerms({ tenant, filters: { kind }, limit: 200 });
  const { items } = await withStores(runningEnv(), adminStores, listing);
  printList(items, json, {
    kind: (one) => one.kind,
    name: (one) => one.name,
    'in force': (one) => one.inForce ?? '-',
    since: (one) => (one.inForceSinceMs === null ? '-' : time(one.inForceSinceMs)),
    revisions: (one) => one.revisions,
    'proposed by': (one) => one.proposedBy ?? '-',
  });
};

const idOf = ({ tenant, kind, name }: TermsOf) => ({ tenant, key: termsKey(kind, name) });

const about = (action: string, { tenant, kind, name }: TermsOf) => ({
  tenant,
  action: `admin.terms.${action}`,
  object: termsKey(kind, name),
});

interface Showing {
  readonly tenant: TenantId;
  readonly revision?: number;
}

const show = async (kind: TermsKind, name: string, { tenant, revision }: Showing): Promise<void> => {
  const terms = { tenant, kind, name };
  const looking = Effect.gen(function* () {
    const { state } = yield* replayActor(termsActor, idOf(terms));
    if (state === null) return yield* Effect.fail(termsRefusals.unknown());
    if (revision === undefined) return state;
    const found = revisionOf(state, revision);
    return found === undefined
      ? yield* Effect.fail(termsRefusals.revisionUnknown())
      : { ...found, document: yield* readDocument(tenant, found.document) };
  });
  const shown = await withStores(runningEnv(), stores, recorded(about('show', terms), looking));
  print(JSON.stringify(shown, null, 2));
};

/** As a person proposes it. @returns what is wrong with the document, when something is */
export const propose = (terms: TermsOf, document: unknown, note: string) =>
  recorded(about('propose', terms), proposeTerms(terms, document, note, envelopeOf(terms.tenant)));

interface Noted {
  readonly tenant: TenantId;
  readonly note: string;
}

const proposeFile = async (kind: TermsKind, name: string, path: string, { tenant, note }: Noted): Promise<void> => {
  const document = readJson(path);
  const proposed = await withStores(runningEnv(), nodes, propose({ tenant, kind, name }, document, note));
  if (isProblems(proposed)) throw new Failure(`${path} cannot be used.`, ...proposed.refusals.map(told));
  print(`revision ${proposed.revision} is proposed; another person approves it`);
};

/** As a person decides; without a reason it is approved. */
export const decide = (terms: TermsOf, revision: number, reason?: string) => {
  const command =
    reason === undefined ? ({ _tag: 'Approve', revision } as const) : ({ _tag: 'Reject', revision, reason } as const);
  return recorded(
    about(reason === undefined ? 'approve' : 'reject', terms),
    Effect.flatMap(Actors, (actors) =>
      actors.ask(termsActor, { id: idOf(terms), command, envelope: envelopeOf(terms.tenant) }),
    ),
  );
};

interface Deciding {
  readonly tenant: TenantId;
  readonly revision: number;
  readonly reason?: string;
}

const decideOn = async (kind: TermsKind, name: string, { tenant, revision, reason }: Deciding): Promise<void> => {
  await withStores(runningEnv(), nodes, decide({ tenant, kind, name }, revision, reason));
  print(`revision ${revision} is ${reason === undefined ? 'in force' : 'rejected'}`);
};

export const addTerms = (tree: Command): void => {
  const terms = tree
    .command('terms')
    .description(
      'roaming agreements, retail plans, partners, operators, departments and elements, revision by revision',
    );
  const kinds = TermsKind.literals;
  withTenant(terms.command('list'))
    .description('with the revision in force, and whose waits for another person')
    .addOption(new Option('--kind <kind>', 'one of them').choices(kinds))
    .option('--json', 'one JSON object a line')
    .action(list);
  const one = (name: string, what: string): Command =>
    withTenant(terms.command(name))
      .addArgument(new Argument('<kind>', 'of terms').choices(kinds))
      .argument('<name>', 'e.g. CHNCM-HKGPP, or a plan’s id', parsed(TermsName))
      .description(what);
  one('show', 'who proposed and who decided each revision; with --revision its document; JSON')
    .option('--revision <n>', 'of the document', wholeNumber)
    .action(show);
  one('propose', 'a revision, or the first of new terms')
    .argument('<file>', 'the whole document, as docs/roaming-rating.md shows it')
    .requiredOption('--note <note>', 'why', parsed(Reason))
    .action(proposeFile);
  one('approve', 'what another person has proposed: it is in force from then on')
    .requiredOption('--revision <n>', 'that is proposed', wholeNumber)
    .action(decideOn);
  one('reject', 'what is proposed')
    .requiredOption('--revision <n>', 'that is proposed', wholeNumber)
    .requiredOption('--reason <reason>', 'why', parsed(Reason))
    .action(decideOn);
};
