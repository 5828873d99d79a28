import { Context, type Effect, type Stream } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { Cycle, Partner, PartnerServer } from '../../domain/roaming/partner/schema.ts';
import type { ReadyAgreement } from '../../domain/roaming/rating/compile.ts';
import type { ReadyPlan } from '../../domain/roaming/rating/retail.ts';
import type { TermsKind } from '../../domain/roaming/terms/schema.ts';
import type { RemoteFile, Upload, Uploaded } from '../transfer.ts';
import type { NetworkElement, NetworkMonitor } from './visitors.ts';

/**
 * The operators with whom we have roaming agreements: each has a file server of its own, where it puts its files for us and
 * takes ours, and terms by which its files are priced (docs/roaming-pipeline.md).
 */

/** A partner as it is worked with; where its server is, the port knows. */
export type ConfiguredPartner = Omit<Partner, 'server'>;

interface Home {
  /** Our own TADIG code. */
  readonly home: string;
  /** In which days of the books begin and end (IANA). */
  readonly zone: string;
}

/** Who we are, with whom we are connected, and the terms that hold until a person proposes others. */
export interface RoamingConfiguration extends Home {
  /** By code, as their documents in force have them; each step looks for newer ones before it begins. */
  readonly partners: Map<string, ConfiguredPartner>;
  /** Of our own network, by code: what records visitors' usage, as its document in force has it. Each has a file server, as a partner has. */
  readonly elements: Map<string, NetworkElement>;
  /** By code: what watches our subscribers abroad; each has a file server, as an element has. */
  readonly monitors?: ReadonlyMap<string, NetworkMonitor>;
  /**
   * Which billing files a department gets, as its document in force has it; one that is not here gets days and months. Each step
   * looks for newer ones before it begins.
   */
  readonly cycles: Map<string, ReadonlySet<Cycle>>;
  /** Id of the plan that our subscribers have. */
  readonly plan: string;
  /** First revisions, as JSON that was checked. */
  readonly first: ReadonlyArray<{ readonly kind: TermsKind; readonly name: string; readonly document: unknown }>;
}

/** Undefined where no roaming is configured. */
export class Roaming extends Context.Tag('hufu/Roaming')<Roaming, RoamingConfiguration | undefined>() {}

/** A partner with the revision of its agreement by which something is priced. */
export interface RoamingPartner extends ConfiguredPartner {
  /** Of our subscribers in its network. */
  readonly agreement: ReadyAgreement;
}

/** What a file is read and priced by, beside its partner. */
export interface RoamingTerms extends Home {
  /** What our subscribers pay; its discounts have one tier each. */
  readonly plan: ReadyPlan;
}

export class RoamingPort extends Context.Tag('hufu/RoamingPort')<
  RoamingPort,
  {
    /**
     * Codes of our own departments that have a file server: finance, business management. They are sent what settlement
     * makes, by `upload`; nothing is taken from them.
     */
    readonly departments: Effect.Effect<ReadonlyArray<string>>;
    /**
     * From now on the partner, department or element is at this server; what is under way with the one before is broken off, and tried again. The same
     * again changes nothing. What cannot be used (`CredentialMissing`) is refused by whatever is asked of the partner next.
     */
    readonly serve: (partner: string, server: PartnerServer) => Effect.Effect<void>;
    /** Nothing goes to this department, or is fetched from this element, any more, until it is served again; what is under way is broken off. */
    readonly leave: (party: string) => Effect.Effect<void>;
    /**
     * Complete files that the partner, or an element of our network, has put out for us, oldest first, at most 100.
     * `Refusal UnknownPartner`.
     */
    readonly list: (partner: string) => Effect.Effect<ReadonlyArray<RemoteFile>, Refusal | Fault>;
    /** Files of an element's own log that have these names: of what it wrote, whatever has become of it. */
    readonly logged: (
      element: string,
      names: ReadonlySet<string>,
    ) => Effect.Effect<ReadonlyArray<RemoteFile>, Refusal | Fault>;
    /** Streams a file's bytes; refusals and faults as those of `VopPort.download`. */
    readonly download: (partner: string, file: RemoteFile) => Stream.Stream<Uint8Array, Refusal | Fault>;
    /** Moves a file that we have stored into the partner's archive; one that was moved already is a success. */
    readonly archive: (partner: string, file: RemoteFile) => Effect.Effect<void, Refusal | Fault>;
    /** Puts a file of ours where the partner, or the department, takes them; atomic, as `VendorPort.uploadPart`. */
    readonly upload: <E>(party: string, upload: Upload<E>) => Effect.Effect<Uploaded, Refusal | Fault | E>;
  }
>() {}
