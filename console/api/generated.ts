// Long: written by cli/console/generate.ts from the gateway's OpenAPI document; nothing here is written by hand.

export type Alert = { readonly id: string; readonly source: string; readonly subject: string; readonly level: "reminder" | "alarm" | "problem"; readonly code: string; readonly stage: string; readonly raisedAtMs: number; readonly lastAtMs: number; readonly times: Int; readonly open: boolean; readonly acknowledgedBy: string | null; readonly acknowledgedAtMs: number | null; readonly clearedAtMs: number | null };

export type BigInt = string;

export type Int = number;

export type Me = { readonly subject: string; readonly tenant: string; readonly roles: ReadonlyArray<"system-administrator" | "unit-administrator" | "operator" | "finance" | "auditor" | "partner" | "device" | "web-hall" | "province" | "subscriber" | "roaming-partner">; readonly provinces: ReadonlyArray<string>; readonly tadig?: string };

export type NonNegativeBigint = string;

export type PositiveBigint = string;

export type RoamingCaseEvidence = { readonly ours: { readonly service: string; readonly at: string; readonly usage: BigInt; readonly currency: string; readonly amountMinor: BigInt; readonly status: "AGREED" | "REJECTED" | "DISPUTED" } | null; readonly theirs: { readonly service: string; readonly at: string; readonly usage: BigInt; readonly currency: string; readonly amountMinor: BigInt; readonly status: "AGREED" | "REJECTED" | "DISPUTED" } | null; readonly observed: { readonly monitor: string; readonly id: string; readonly at: string; readonly service: string; readonly usage: BigInt } | null; readonly agrees: "ours" | "theirs" | "both" | "neither" | null; readonly proposal: { readonly resolution: "ours" | "theirs"; readonly measured: { readonly usage: BigInt; readonly monitor: string; readonly session: string } } | null; readonly findings: ReadonlyArray<{ readonly code: "RecordNotKept" | "SessionNotSeen" | "MonitorSilent" | "SeveralSessions" | "MonitorsDiffer" | "UsageAgrees" | "FilesMissing" | "RecordsMissing" | "LayoutChanged" | "TransferFailed" | "FileIrregular"; readonly of: string | null; readonly text: string }>; readonly tolerance: { readonly beginSeconds: number; readonly durationSeconds: number; readonly volumePerMille: number } };

export type RoamingClearingCaseItem = { readonly key: string; readonly kind: "difference" | "fee" | "finding"; readonly partner: string; readonly of: string; readonly day: string; readonly status: "open" | "taken" | "proposed" | "posting" | "resolved"; readonly openedBy: string; readonly openedAtMs: number; readonly takenBy: string | null; readonly resolution: "ours" | "theirs" | "writtenOff" | null; readonly amountMinor: string | null; readonly resolvedAtMs: number | null };

export type RoamingImportFile = { readonly partner: string; readonly name: string; readonly otherNames: ReadonlyArray<string>; readonly deliveries: Int; readonly ref: { readonly id: string; readonly name: string; readonly bytes: Int; readonly sm3: string }; readonly source: "poll" | "upload"; readonly status: "received" | "planned" | "charged" | "done" | "quarantined" | "discarded"; readonly attempt: Int; readonly about: { readonly kind: "transfer" | "notification" | "returns" | "acknowledgement"; readonly format: string; readonly series: "charging" | "test" | "returns" | "acknowledgements" | "ciber" | "ciberReturns" | "nrtrde"; readonly sequence: Int; readonly currency: string | null; readonly decimals: Int } | null; readonly records: Int; readonly audit: { readonly in: Int; readonly rated: Int; readonly rejected: Int; readonly duplicate: Int; readonly quarantined: Int } | null; readonly sums: { readonly chargedMinor: BigInt; readonly agreedMinor: BigInt; readonly priceDiffers: Int } | null; readonly plan: { readonly id: string; readonly name: string; readonly bytes: Int; readonly sm3: string } | null; readonly terms: { readonly agreement: Int; readonly plan: Int } | { readonly visitors: Readonly<Record<string, Int>> } | null; readonly warnings: ReadonlyArray<{ readonly line: Int; readonly code: string; readonly reason: string }>; readonly warningCount: Int; readonly problems: ReadonlyArray<{ readonly line: Int; readonly code: string; readonly reason: string }>; readonly problemCount: Int; readonly settled: ReadonlyArray<Int>; readonly returned: { readonly id: string; readonly name: string; readonly bytes: Int; readonly sm3: string } | null; readonly note: string | null; readonly receivedAtMs: Int; readonly endedAtMs: Int | null };

export type RoamingImportFileItem = { readonly partner: string; readonly name: string; readonly sm3: string; readonly bytes: Int; readonly source: "poll" | "upload"; readonly status: "received" | "planned" | "charged" | "done" | "quarantined" | "discarded"; readonly attempt: Int; readonly deliveries: Int; readonly format: string | null; readonly sequence: Int | null; readonly records: Int; readonly audit: { readonly in: Int; readonly rated: Int; readonly rejected: Int; readonly duplicate: Int; readonly quarantined: Int } | null; readonly problemCount: Int; readonly warningCount: Int; readonly receivedAtMs: number };

export type RoamingPrice = { readonly version: Int; readonly rate: string; readonly zone: string | null; readonly band: string | null; readonly currency: string; readonly quantity: string; readonly charge: string; readonly discount: string; readonly tax: string; readonly total: string; readonly steps: ReadonlyArray<{ readonly kind: string; readonly text: string; readonly amount: string }> };

export type RoamingQuarantinedRecord = { readonly partner: string; readonly file: string; readonly record: Int; readonly code: string; readonly message: string; readonly action: string; readonly offset: Int; readonly atMs: number | null; readonly status: "open" | "rated" | "rejected" };

export type RoamingSettlement = { readonly terms: { readonly partner: string; readonly agreement: string; readonly from: string; readonly to: string; readonly frequency: "monthly" | "quarterly"; readonly currency: string; readonly decimals: Int; readonly rounding: "up" | "down" | "halfUp" | "halfDown" | "halfEven"; readonly rates: ReadonlyArray<{ readonly currency: string; readonly decimals: Int; readonly rate: string }>; readonly tolerance: { readonly line: { readonly absoluteMinor: NonNegativeBigint | null; readonly perMille: Int | null }; readonly total: { readonly absoluteMinor: NonNegativeBigint | null; readonly perMille: Int | null } }; readonly twoPersonsOverMinor: NonNegativeBigint; readonly carriedMinor: BigInt; readonly mechanism?: "tap" | "bce" }; readonly stage: "open" | "drawn" | "rejected" | "approving" | "approved" | "instructed" | "paid" | "closed"; readonly revision: Int; readonly days: ReadonlyArray<{ readonly book: string; readonly day: string; readonly digest: string }>; readonly sums: ReadonlyArray<{ readonly direction: "inbound" | "outbound"; readonly service: "voice" | "sms" | "data"; readonly adjustment: boolean; readonly currency: string; readonly decimals: Int; readonly events: Int; readonly usage: NonNegativeBigint; readonly amountMinor: BigInt }>; readonly statement: { readonly partner: string; readonly agreement: string; readonly from: string; readonly to: string; readonly currency: string; readonly decimals: Int; readonly rounding: "up" | "down" | "halfUp" | "halfDown" | "halfEven"; readonly lines: ReadonlyArray<{ readonly direction: "inbound" | "outbound"; readonly service: "voice" | "sms" | "data" | "discount" | "commitment"; readonly adjustment: boolean; readonly currency: string; readonly decimals: Int; readonly events: Int; readonly usage: NonNegativeBigint; readonly amountMinor: BigInt; readonly rate: string; readonly convertedMinor: BigInt; readonly restNumerator: BigInt; readonly restDenominator: BigInt; readonly end?: { readonly agreement: string; readonly revision: Int; readonly version: Int; readonly steps: ReadonlyArray<{ readonly kind: "discount" | "shortfall" | "rounding"; readonly name: string; readonly parts: ReadonlyArray<{ readonly base: string; readonly percent: string }>; readonly committed: string | null; readonly amount: string }> } }>; readonly inboundMinor: BigInt; readonly outboundMinor: BigInt; readonly carriedMinor: BigInt; readonly netMinor: BigInt; readonly drawnAtMs: Int; readonly revision: Int } | null; readonly reconciled?: { readonly absoluteMinor: NonNegativeBigint | null; readonly perMille: Int | null }; readonly comparison: { readonly lines: ReadonlyArray<{ readonly direction: "inbound" | "outbound"; readonly service: "voice" | "sms" | "data" | "discount" | "commitment"; readonly adjustment: boolean; readonly oursMinor: BigInt; readonly theirsMinor: BigInt; readonly differenceMinor: BigInt; readonly tolerated: boolean }>; readonly oursNetMinor: BigInt; readonly theirsNetMinor: BigInt; readonly totalTolerated: boolean; readonly tolerated: boolean } | null; readonly approvals: ReadonlyArray<{ readonly by: string; readonly atMs: Int; readonly despite: string | null; readonly openCases?: ReadonlyArray<string>; readonly unreconciled?: { readonly detail: string | null; readonly open: Int; readonly first: ReadonlyArray<{ readonly file: string; readonly record: Int }> } }>; readonly reason: string | null; readonly instruction: { readonly id: string; readonly kind: "invoice" | "payment"; readonly currency: string; readonly amountMinor: NonNegativeBigint; readonly due: string } | null; readonly confirmations: ReadonlyArray<{ readonly id: string; readonly currency: string; readonly amountMinor: PositiveBigint; readonly on: string }> };

export type RoamingSettlementItem = { readonly partner: string; readonly agreement: string; readonly from: string; readonly to: string; readonly mechanism: "tap" | "bce"; readonly stage: "open" | "drawn" | "rejected" | "approving" | "approved" | "instructed" | "paid" | "closed"; readonly revision: Int; readonly days: Int; readonly tolerated: boolean | null };

export type RoamingSpending = { readonly currency: string; readonly days: ReadonlyArray<{ readonly day: string; readonly number: string; readonly spentMinor: BigInt }>; readonly months: ReadonlyArray<{ readonly month: string; readonly spentMinor: BigInt }>; readonly observed: ReadonlyArray<{ readonly day: string; readonly estimatedMinor: BigInt }>; readonly limits: { readonly day: ReadonlyArray<BigInt>; readonly month: ReadonlyArray<BigInt> }; readonly alarms: ReadonlyArray<{ readonly scope: "day" | "month"; readonly period: string; readonly thresholdMinor: BigInt }> };

export type RoamingStatistics = { readonly from: string; readonly to: string; readonly voice: { readonly ways: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly hours: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }>; readonly peak: string; readonly trough: string }; readonly networks: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly countries: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly numbers: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly packages: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> } }; readonly sms: { readonly ways: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly hours: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }>; readonly peak: string; readonly trough: string }; readonly networks: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly countries: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly numbers: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly packages: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> } }; readonly data: { readonly ways: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly hours: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }>; readonly peak: string; readonly trough: string }; readonly networks: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly countries: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly numbers: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly packages: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> } }; readonly lengths: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly destinations: { readonly shape: "bar" | "line" | "pie"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }; readonly preferences: ReadonlyArray<{ readonly situation: string; readonly preferred: "voice" | "sms" | "data"; readonly points: ReadonlyArray<{ readonly label: string; readonly count: Int; readonly usage: BigInt }> }>; readonly switching: { readonly hours: ReadonlyArray<{ readonly what: "on" | "off" | "change"; readonly hour: Int; readonly count: Int }>; readonly changes: ReadonlyArray<{ readonly times: Int; readonly subscribers: Int }> } };

export type RoamingSubscriber = { readonly subscriber: string; readonly currency: string; readonly profile: { readonly operator: string; readonly name: string | null; readonly contact: string | null; readonly packageType: string | null; readonly membership: string | null } | null; readonly numbers: ReadonlyArray<{ readonly number: string; readonly role: "primary" | "secondary"; readonly on: boolean; readonly active: boolean; readonly switches: ReadonlyArray<{ readonly fromMs: Int; readonly on: boolean }> }>; readonly imsis: ReadonlyArray<string>; readonly activations: ReadonlyArray<{ readonly fromMs: Int; readonly number: string }>; readonly allow: ReadonlyArray<string>; readonly block: ReadonlyArray<string>; readonly limits: { readonly day: ReadonlyArray<BigInt>; readonly month: ReadonlyArray<BigInt> }; readonly balances: ReadonlyArray<{ readonly id: string; readonly package: string; readonly left: Int; readonly fromMs: Int; readonly untilMs: Int; readonly sold?: { readonly day: string; readonly decimals: Int; readonly amountMinor: BigInt } }>; readonly alarms: ReadonlyArray<{ readonly scope: "day" | "month"; readonly period: string; readonly thresholdMinor: BigInt }> };

export type RoamingSubscriberChanged = { readonly changed: boolean; readonly alarms: ReadonlyArray<{ readonly scope: "day" | "month"; readonly period: string; readonly thresholdMinor: BigInt }> };

export type RoamingTracedRecord = { readonly id: string; readonly file: string | null; readonly record: Int; readonly user: string | null; readonly atMs: number; readonly network: string; readonly service: "voice" | "sms" | "data"; readonly direction: "originating" | "terminating"; readonly quantity: number; readonly currency: string; readonly decimals: Int; readonly chargedMinor: BigInt; readonly agreedMinor: BigInt; readonly agreement: { readonly name: string; readonly revision: Int | null; readonly price: RoamingPrice | null; readonly refusal: { readonly code: string; readonly message: string } | null }; readonly asAgreed: boolean };

export type RoamingUsage = { readonly id: string; readonly number: string; readonly attributedBy: "msisdn" | "imsi" | "hand"; readonly atMs: Int; readonly utcOffsetMinutes: Int; readonly network: string; readonly service: "voice" | "sms" | "data"; readonly direction: "originating" | "terminating"; readonly destination: string; readonly quantity: number; readonly takes: ReadonlyArray<{ readonly balance: string; readonly taken: Int }>; readonly coverage: "inside" | "partly" | "outside"; readonly fee: { readonly currency: string; readonly decimals: Int; readonly amountMinor: BigInt }; readonly plan: string | null; readonly planVersion: Int; readonly wholesale: { readonly partner: string; readonly charged: { readonly currency: string; readonly decimals: Int; readonly amountMinor: BigInt }; readonly agreedMinor: BigInt; readonly agreement: string | null; readonly agreementVersion: Int } | null };

export interface Operations {
  "operations.alert.acknowledge": {
    readonly path: { readonly id: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Alert;
  };
  "operations.alert.list": {
    readonly path: undefined;
    readonly query: { readonly cursor?: string; readonly limit?: string; readonly open?: "true" | "false"; readonly level?: ReadonlyArray<"reminder" | "alarm" | "problem"> | "reminder" | "alarm" | "problem"; readonly source?: string; readonly subject?: string; readonly code?: string };
    readonly body: undefined;
    readonly answer: { readonly items: ReadonlyArray<Alert>; readonly nextCursor: string | null };
  };
  "operations.me.read": {
    readonly path: undefined;
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Me;
  };
  "roaming.case.approve": {
    readonly path: { readonly case: string };
    readonly query: undefined;
    readonly body: Readonly<Record<string, never>> | ReadonlyArray<unknown>;
    readonly answer: { readonly changed: boolean; readonly status: "open" | "taken" | "proposed" | "posting" | "resolved" };
  };
  "roaming.case.evidence": {
    readonly path: { readonly case: string };
    readonly query: { readonly beginSeconds?: string; readonly durationSeconds?: string; readonly volumePerMille?: string };
    readonly body: undefined;
    readonly answer: RoamingCaseEvidence;
  };
  "roaming.case.list": {
    readonly path: undefined;
    readonly query: { readonly cursor?: string; readonly limit?: string; readonly status?: ReadonlyArray<"open" | "taken" | "proposed" | "posting" | "resolved"> | "open" | "taken" | "proposed" | "posting" | "resolved"; readonly kind?: "difference" | "fee" | "finding"; readonly partner?: string; readonly of?: string; readonly takenBy?: string };
    readonly body: undefined;
    readonly answer: { readonly items: ReadonlyArray<RoamingClearingCaseItem>; readonly nextCursor: string | null };
  };
  "roaming.case.propose": {
    readonly path: { readonly case: string };
    readonly query: undefined;
    readonly body: { readonly resolution: "ours" | "theirs" | "writtenOff"; readonly reason: string; readonly amountMinor: BigInt | null; readonly record: string | null; readonly measured?: { readonly usage: BigInt; readonly monitor: string; readonly session: string } };
    readonly answer: { readonly changed: boolean; readonly status: "open" | "taken" | "proposed" | "posting" | "resolved" };
  };
  "roaming.case.read": {
    readonly path: { readonly case: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: { readonly partner: string; readonly of: string; readonly origin: { readonly kind: "difference"; readonly agreement: string; readonly from: string; readonly file: string; readonly record: Int; readonly classes: ReadonlyArray<string>; readonly ours: { readonly service: string; readonly at: string; readonly usage: BigInt; readonly currency: string; readonly amountMinor: BigInt; readonly status: "AGREED" | "REJECTED" | "DISPUTED" } | null; readonly theirs: { readonly service: string; readonly at: string; readonly usage: BigInt; readonly currency: string; readonly amountMinor: BigInt; readonly status: "AGREED" | "REJECTED" | "DISPUTED" } | null } | { readonly kind: "fee"; readonly day: string; readonly user: string; readonly service: "voice" | "sms" | "data" | null } | { readonly kind: "finding"; readonly month: string; readonly finding: string; readonly day: string; readonly booked: string | null; readonly number: string | null; readonly service: "voice" | "sms" | "data" | null; readonly currency: string | null; readonly amountMinor: BigInt | null; readonly medianMinor: BigInt | null }; readonly status: "open" | "taken" | "proposed" | "posting" | "resolved"; readonly reason: string; readonly opened: { readonly by: string; readonly atMs: Int }; readonly taken: { readonly by: string; readonly atMs: Int } | null; readonly proposal: { readonly resolution: "ours" | "theirs" | "writtenOff"; readonly reason: string; readonly amountMinor: BigInt; readonly record: string | null; readonly measured?: { readonly usage: BigInt; readonly monitor: string; readonly session: string }; readonly by: string; readonly atMs: Int } | null; readonly approved: { readonly by: string; readonly atMs: Int } | null; readonly returned: string | null; readonly resolvedAtMs: Int | null; readonly earlier?: ReadonlyArray<{ readonly origin: { readonly kind: "difference"; readonly agreement: string; readonly from: string; readonly file: string; readonly record: Int; readonly classes: ReadonlyArray<string>; readonly ours: { readonly service: string; readonly at: string; readonly usage: BigInt; readonly currency: string; readonly amountMinor: BigInt; readonly status: "AGREED" | "REJECTED" | "DISPUTED" } | null; readonly theirs: { readonly service: string; readonly at: string; readonly usage: BigInt; readonly currency: string; readonly amountMinor: BigInt; readonly status: "AGREED" | "REJECTED" | "DISPUTED" } | null } | { readonly kind: "fee"; readonly day: string; readonly user: string; readonly service: "voice" | "sms" | "data" | null } | { readonly kind: "finding"; readonly month: string; readonly finding: string; readonly day: string; readonly booked: string | null; readonly number: string | null; readonly service: "voice" | "sms" | "data" | null; readonly currency: string | null; readonly amountMinor: BigInt | null; readonly medianMinor: BigInt | null }; readonly proposal: { readonly resolution: "ours" | "theirs" | "writtenOff"; readonly reason: string; readonly amountMinor: BigInt; readonly record: string | null; readonly measured?: { readonly usage: BigInt; readonly monitor: string; readonly session: string }; readonly by: string; readonly atMs: Int }; readonly approved: { readonly by: string; readonly atMs: Int } | null; readonly resolvedAtMs: Int | null }> };
  };
  "roaming.case.return": {
    readonly path: { readonly case: string };
    readonly query: undefined;
    readonly body: { readonly reason: string };
    readonly answer: { readonly changed: boolean; readonly status: "open" | "taken" | "proposed" | "posting" | "resolved" };
  };
  "roaming.case.take": {
    readonly path: { readonly case: string };
    readonly query: undefined;
    readonly body: Readonly<Record<string, never>> | ReadonlyArray<unknown>;
    readonly answer: { readonly changed: boolean; readonly status: "open" | "taken" | "proposed" | "posting" | "resolved" };
  };
  "roaming.case.trace": {
    readonly path: { readonly case: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: { readonly records: ReadonlyArray<RoamingTracedRecord> };
  };
  "roaming.importFile.discard": {
    readonly path: { readonly partner: string; readonly file: string };
    readonly query: undefined;
    readonly body: { readonly reason: string };
    readonly answer: RoamingImportFile;
  };
  "roaming.importFile.handIn": {
    readonly path: undefined;
    readonly query: { readonly partner: string; readonly name: string };
    readonly body: Blob;
    readonly answer: RoamingImportFile;
  };
  "roaming.importFile.list": {
    readonly path: undefined;
    readonly query: { readonly cursor?: string; readonly limit?: string; readonly status?: ReadonlyArray<"received" | "planned" | "charged" | "done" | "quarantined" | "discarded"> | "received" | "planned" | "charged" | "done" | "quarantined" | "discarded"; readonly partner?: string };
    readonly body: undefined;
    readonly answer: { readonly items: ReadonlyArray<RoamingImportFileItem>; readonly nextCursor: string | null };
  };
  "roaming.importFile.read": {
    readonly path: { readonly partner: string; readonly file: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: RoamingImportFile;
  };
  "roaming.importFile.release": {
    readonly path: { readonly partner: string; readonly file: string };
    readonly query: undefined;
    readonly body: { readonly note: string };
    readonly answer: RoamingImportFile;
  };
  "roaming.importFile.report": {
    readonly path: { readonly partner: string; readonly file: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: Blob;
  };
  "roaming.quarantinedRecord.list": {
    readonly path: undefined;
    readonly query: { readonly cursor?: string; readonly limit?: string; readonly status?: "open" | "rated" | "rejected"; readonly partner?: string; readonly file?: string; readonly code?: string };
    readonly body: undefined;
    readonly answer: { readonly items: ReadonlyArray<RoamingQuarantinedRecord>; readonly nextCursor: string | null };
  };
  "roaming.quarantinedRecord.settle": {
    readonly path: { readonly partner: string; readonly file: string; readonly record: string };
    readonly query: undefined;
    readonly body: { readonly subscriber: string | null; readonly correction?: Readonly<Record<string, string>> };
    readonly answer: { readonly settling: boolean };
  };
  "roaming.settlement.approve": {
    readonly path: { readonly agreement: string; readonly from: string };
    readonly query: undefined;
    readonly body: { readonly despite: string | null };
    readonly answer: RoamingSettlement;
  };
  "roaming.settlement.list": {
    readonly path: undefined;
    readonly query: { readonly cursor?: string; readonly limit?: string; readonly stage?: ReadonlyArray<"open" | "drawn" | "rejected" | "approving" | "approved" | "instructed" | "paid" | "closed"> | "open" | "drawn" | "rejected" | "approving" | "approved" | "instructed" | "paid" | "closed"; readonly partner?: string };
    readonly body: undefined;
    readonly answer: { readonly items: ReadonlyArray<RoamingSettlementItem>; readonly nextCursor: string | null };
  };
  "roaming.settlement.read": {
    readonly path: { readonly agreement: string; readonly from: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: RoamingSettlement;
  };
  "roaming.settlement.reject": {
    readonly path: { readonly agreement: string; readonly from: string };
    readonly query: undefined;
    readonly body: { readonly reason: string };
    readonly answer: RoamingSettlement;
  };
  "roaming.settlement.reopen": {
    readonly path: { readonly agreement: string; readonly from: string };
    readonly query: undefined;
    readonly body: { readonly reason: string };
    readonly answer: RoamingSettlement;
  };
  "roaming.settlement.statement": {
    readonly path: { readonly agreement: string; readonly from: string };
    readonly query: { readonly format?: "pdf" | "xlsx" | "csv" | "json"; readonly language?: "zh" | "en" };
    readonly body: undefined;
    readonly answer: Blob;
  };
  "roaming.statistics.export": {
    readonly path: undefined;
    readonly query: { readonly from: string; readonly to: string; readonly partner?: string; readonly direction?: "inbound" | "outbound"; readonly format?: "csv" | "xlsx" };
    readonly body: undefined;
    readonly answer: Blob;
  };
  "roaming.statistics.read": {
    readonly path: undefined;
    readonly query: { readonly from: string; readonly to: string; readonly partner?: string; readonly direction?: "inbound" | "outbound" };
    readonly body: undefined;
    readonly answer: RoamingStatistics;
  };
  "roaming.subscriber.activate": {
    readonly path: { readonly subscriber: string };
    readonly query: undefined;
    readonly body: { readonly number: string; readonly fromMs?: Int };
    readonly answer: RoamingSubscriberChanged;
  };
  "roaming.subscriber.exportBill": {
    readonly path: { readonly subscriber: string; readonly month: string };
    readonly query: { readonly format?: "pdf" | "xlsx" | "csv"; readonly language?: "zh" | "en" };
    readonly body: undefined;
    readonly answer: Blob;
  };
  "roaming.subscriber.read": {
    readonly path: { readonly subscriber: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: RoamingSubscriber;
  };
  "roaming.subscriber.spending": {
    readonly path: { readonly subscriber: string };
    readonly query: undefined;
    readonly body: undefined;
    readonly answer: RoamingSpending;
  };
  "roaming.subscriber.switch": {
    readonly path: { readonly subscriber: string };
    readonly query: undefined;
    readonly body: { readonly number: string; readonly on: boolean; readonly fromMs?: Int };
    readonly answer: RoamingSubscriberChanged;
  };
  "roaming.subscriber.usage": {
    readonly path: { readonly subscriber: string };
    readonly query: { readonly cursor?: string; readonly limit?: string; readonly month: string; readonly number?: string; readonly service?: "voice" | "sms" | "data"; readonly network?: string; readonly coverage?: "inside" | "partly" | "outside" };
    readonly body: undefined;
    readonly answer: { readonly items: ReadonlyArray<RoamingUsage>; readonly nextCursor: string | null };
  };
}

/** How each is called, and by which roles. */
export const CALLS = {
  "operations.alert.acknowledge": {"method":"POST","path":"/v1/operations/alerts/{id}/acknowledge","allow":["operator","unit-administrator","system-administrator"],"keyed":true},
  "operations.alert.list": {"method":"GET","path":"/v1/operations/alerts","allow":["operator","unit-administrator","system-administrator","auditor"],"keyed":false},
  "operations.me.read": {"method":"GET","path":"/v1/operations/me","allow":"signed-in","keyed":false},
  "roaming.case.approve": {"method":"POST","path":"/v1/roaming/cases/{case}/approve","allow":["finance","unit-administrator"],"keyed":true},
  "roaming.case.evidence": {"method":"GET","path":"/v1/roaming/cases/{case}/evidence","allow":["finance","operator","unit-administrator","auditor"],"keyed":false},
  "roaming.case.list": {"method":"GET","path":"/v1/roaming/cases","allow":["finance","operator","unit-administrator","auditor"],"keyed":false},
  "roaming.case.propose": {"method":"POST","path":"/v1/roaming/cases/{case}/propose","allow":["finance","operator","unit-administrator"],"keyed":true},
  "roaming.case.read": {"method":"GET","path":"/v1/roaming/cases/{case}","allow":["finance","operator","unit-administrator"],"keyed":false},
  "roaming.case.return": {"method":"POST","path":"/v1/roaming/cases/{case}/return","allow":["finance","unit-administrator"],"keyed":true},
  "roaming.case.take": {"method":"POST","path":"/v1/roaming/cases/{case}/take","allow":["finance","operator","unit-administrator"],"keyed":true},
  "roaming.case.trace": {"method":"GET","path":"/v1/roaming/cases/{case}/trace","allow":["finance","operator","unit-administrator","auditor"],"keyed":false},
  "roaming.importFile.discard": {"method":"POST","path":"/v1/roaming/import-files/{partner}/{file}/discard","allow":["operator","unit-administrator"],"keyed":true},
  "roaming.importFile.handIn": {"method":"POST","path":"/v1/roaming/import-files","allow":["operator","unit-administrator"],"keyed":true},
  "roaming.importFile.list": {"method":"GET","path":"/v1/roaming/import-files","allow":["operator","unit-administrator","auditor"],"keyed":false},
  "roaming.importFile.read": {"method":"GET","path":"/v1/roaming/import-files/{partner}/{file}","allow":["operator","unit-administrator","auditor"],"keyed":false},
  "roaming.importFile.release": {"method":"POST","path":"/v1/roaming/import-files/{partner}/{file}/release","allow":["operator","unit-administrator"],"keyed":true},
  "roaming.importFile.report": {"method":"GET","path":"/v1/roaming/import-files/{partner}/{file}/report","allow":["operator","unit-administrator","auditor"],"keyed":false},
  "roaming.quarantinedRecord.list": {"method":"GET","path":"/v1/roaming/quarantined-records","allow":["operator","unit-administrator","auditor"],"keyed":false},
  "roaming.quarantinedRecord.settle": {"method":"POST","path":"/v1/roaming/import-files/{partner}/{file}/records/{record}/settle","allow":["operator","unit-administrator"],"keyed":true},
  "roaming.settlement.approve": {"method":"POST","path":"/v1/roaming/settlements/{agreement}/{from}/approve","allow":["finance"],"keyed":true},
  "roaming.settlement.list": {"method":"GET","path":"/v1/roaming/settlements","allow":["finance","operator","unit-administrator","auditor"],"keyed":false},
  "roaming.settlement.read": {"method":"GET","path":"/v1/roaming/settlements/{agreement}/{from}","allow":["finance","operator","unit-administrator","auditor"],"keyed":false},
  "roaming.settlement.reject": {"method":"POST","path":"/v1/roaming/settlements/{agreement}/{from}/reject","allow":["finance"],"keyed":true},
  "roaming.settlement.reopen": {"method":"POST","path":"/v1/roaming/settlements/{agreement}/{from}/reopen","allow":["finance"],"keyed":true},
  "roaming.settlement.statement": {"method":"GET","path":"/v1/roaming/settlements/{agreement}/{from}/statement","allow":["finance","operator","unit-administrator","auditor"],"keyed":false},
  "roaming.statistics.export": {"method":"GET","path":"/v1/roaming/statistics/export","allow":["operator","unit-administrator","auditor"],"keyed":false},
  "roaming.statistics.read": {"method":"GET","path":"/v1/roaming/statistics","allow":["operator","unit-administrator","auditor"],"keyed":false},
  "roaming.subscriber.activate": {"method":"POST","path":"/v1/roaming/subscribers/{subscriber}/activate","allow":["operator","unit-administrator","subscriber"],"keyed":true},
  "roaming.subscriber.exportBill": {"method":"GET","path":"/v1/roaming/subscribers/{subscriber}/bills/{month}/export","allow":["operator","unit-administrator","finance","auditor","subscriber"],"keyed":false},
  "roaming.subscriber.read": {"method":"GET","path":"/v1/roaming/subscribers/{subscriber}","allow":["operator","unit-administrator","auditor","subscriber"],"keyed":false},
  "roaming.subscriber.spending": {"method":"GET","path":"/v1/roaming/subscribers/{subscriber}/spending","allow":["operator","unit-administrator","finance","auditor","subscriber"],"keyed":false},
  "roaming.subscriber.switch": {"method":"POST","path":"/v1/roaming/subscribers/{subscriber}/switch","allow":["operator","unit-administrator","subscriber"],"keyed":true},
  "roaming.subscriber.usage": {"method":"GET","path":"/v1/roaming/subscribers/{subscriber}/usage","allow":["operator","unit-administrator","finance","auditor","subscriber"],"keyed":false},
} as const;
