import { Alert, Card, Table, Tag, Timeline } from 'antd';
import type { ReactNode } from 'react';
import type { Operations, RoamingCaseEvidence, RoamingTracedRecord } from '../../api/generated.ts';
import { useAnswer } from '../../api/queries.ts';
import { countOf, momentOf, moneyOf } from '../../format.ts';
import { useWords, wordOf } from '../../language/language.ts';
import type { Words } from '../../language/zh.ts';
import { NUMBER } from '../../shell/columns.ts';
import { Link } from '../../shell/link.tsx';
import { Page } from '../../shell/page.tsx';
import { ProblemView } from '../../shell/problem-view.tsx';
import { CaseSteps } from './case-steps.tsx';
import { CaseTag } from './cases.tsx';

/** A case: what both sides have, what our monitors have measured, its records, what was done with it; worked on here. */

export type CaseState = Operations['roaming.case.read']['answer'];
type Difference = Extract<CaseState['origin'], { readonly kind: 'difference' }>;
type Proposal = NonNullable<CaseState['proposal']>;

/** An amount is with the decimals of the record's file, which its record tells; of one that is not kept it is in minor units. */
const useAmount = (record: RoamingTracedRecord | undefined) => {
  const { cases } = useWords();
  return (minor: string, currency: string): string =>
    record === undefined
      ? `${minor} ${currency} (${cases.minorUnits})`
      : moneyOf(minor, record.decimals, currency === '' ? record.currency : currency);
};
type AmountOf = ReturnType<typeof useAmount>;

const aboutOf = ({ cases }: Words, origin: CaseState['origin']): string => {
  if (origin.kind === 'difference') return `${origin.file} · ${cases.record} ${origin.record}`;
  return origin.kind === 'fee' ? `${origin.user} · ${origin.day}` : `${origin.finding} · ${origin.day}`;
};

const Sides = (props: {
  readonly origin: Difference;
  readonly evidence: RoamingCaseEvidence | undefined;
  readonly amountOf: AmountOf;
}): ReactNode => {
  const { cases } = useWords();
  const { ours, theirs, classes } = props.origin;
  const observed = props.evidence?.observed ?? null;
  const row = (
    name: string,
    of: (line: NonNullable<Difference['ours']>) => string,
    monitored: string | undefined = undefined,
  ) => {
    const texts = [ours, theirs].map((line) => (line === null ? '–' : of(line)));
    return { name, ours: texts[0] ?? '', theirs: texts[1] ?? '', monitored: monitored ?? '–' };
  };
  const rows = [
    row(cases.service, ({ service }) => service, observed?.service),
    row(cases.at, ({ at }) => at.replace('T', ' '), observed?.at.replace('T', ' ')),
    row(cases.usage, ({ usage }) => countOf(usage), observed === null ? undefined : countOf(observed.usage)),
    row(cases.charge, ({ amountMinor, currency }) => props.amountOf(amountMinor, currency)),
    row(cases.lineStatus, ({ status }) => cases.lineStatuses[status]),
  ];
  type Row = (typeof rows)[number];
  const columns = [
    { title: '', dataIndex: 'name' },
    { title: cases.ours, dataIndex: 'ours' },
    {
      title: cases.theirs,
      render: (one: Row) => (one.ours === one.theirs ? one.theirs : <Tag color="error">{one.theirs}</Tag>),
    },
    { title: observed === null ? cases.monitored : `${cases.monitored} (${observed.monitor})`, dataIndex: 'monitored' },
  ];
  const title = `${cases.sides}: ${classes.map((one) => wordOf(cases.classes, one)).join(', ')}`;
  return (
    <Card title={title} styles={{ body: { padding: 0 } }}>
      <Table rowKey="name" columns={columns} dataSource={rows} pagination={false} size="middle" />
    </Card>
  );
};

const Evidence = ({ evidence }: { readonly evidence: RoamingCaseEvidence }): ReactNode => {
  const { cases } = useWords();
  const { agrees, findings } = evidence;
  return (
    <Card title={cases.evidence}>
      <p>{agrees === null ? cases.notMeasured : cases.agrees[agrees]}</p>
      <ul>
        {findings.map(({ code, of, text }) => (
          <li key={`${code} ${of} ${text}`}>
            {cases.findings[code]}
            {of === null ? '' : ` · ${of}`} <small>{text}</small>
          </li>
        ))}
      </ul>
    </Card>
  );
};

const Records = ({ records }: { readonly records: ReadonlyArray<RoamingTracedRecord> }): ReactNode => {
  const words = useWords();
  const { cases } = words;
  const columns = [
    { title: cases.file, render: ({ file }: RoamingTracedRecord) => file ?? '–' },
    { title: cases.record, dataIndex: 'record' },
    { title: cases.user, render: ({ user }: RoamingTracedRecord) => user ?? '–' },
    { title: cases.at, render: ({ atMs }: RoamingTracedRecord) => momentOf(atMs) },
    { title: cases.service, render: ({ service }: RoamingTracedRecord) => words.service[service] },
    { title: cases.usage, ...NUMBER, render: ({ quantity }: RoamingTracedRecord) => countOf(quantity) },
    {
      title: cases.charged,
      ...NUMBER,
      render: ({ chargedMinor, decimals, currency }: RoamingTracedRecord) => moneyOf(chargedMinor, decimals, currency),
    },
    {
      title: cases.agreed,
      ...NUMBER,
      render: ({ agreedMinor, decimals, currency }: RoamingTracedRecord) => moneyOf(agreedMinor, decimals, currency),
    },
  ];
  return (
    <Card title={cases.records} styles={{ body: { padding: 0 } }}>
      <Table rowKey="id" columns={columns} dataSource={[...records]} pagination={false} size="middle" />
    </Card>
  );
};

const History = ({ found, amountOf }: { readonly found: CaseState; readonly amountOf: AmountOf }): ReactNode => {
  const { cases } = useWords();
  const { opened, reason, taken, proposal, approved, returned, resolvedAtMs, earlier = [] } = found;
  const currency =
    found.origin.kind === 'difference' ? (found.origin.ours ?? found.origin.theirs)?.currency : undefined;
  const done = (what: string, { by, atMs }: CaseState['opened'], why = ''): string =>
    `${what}: ${by} · ${momentOf(atMs)}${why === '' ? '' : ` · ${why}`}`;
  const proposed = (one: Proposal): string =>
    done(
      `${cases.propose} (${cases.resolutions[one.resolution]}, ${amountOf(one.amountMinor, currency ?? '')})`,
      one,
      one.reason,
    );
  const items = [
    { content: done(cases.opened, opened, reason) },
    ...earlier.flatMap((settled) => [
      { content: `${cases.earlier}: ${proposed(settled.proposal)}`, color: 'gray' },
      ...(settled.approved === null ? [] : [{ content: done(cases.approve, settled.approved), color: 'gray' }]),
    ]),
    ...(taken === null ? [] : [{ content: done(cases.take, taken), color: 'orange' }]),
    ...(proposal === null ? [] : [{ content: proposed(proposal), color: 'gold' }]),
    ...(returned === null ? [] : [{ content: `${cases.returned}: ${returned}`, color: 'red' }]),
    ...(approved === null ? [] : [{ content: done(cases.approve, approved), color: 'blue' }]),
    ...(resolvedAtMs === null
      ? []
      : [{ content: `${cases.statuses.resolved} · ${momentOf(resolvedAtMs)}`, color: 'green' }]),
  ];
  return (
    <Card title={cases.history}>
      <Timeline items={items} />
    </Card>
  );
};

const Case = ({ case: key = '' }: Readonly<Record<string, string>>): ReactNode => {
  const words = useWords();
  const path = { case: key };
  const { data, error, refetch } = useAnswer('roaming.case.read', { path }, { everyMs: 5_000 });
  const traced = useAnswer('roaming.case.trace', { path }, { enabled: data !== undefined });
  const measured = { enabled: data?.origin.kind === 'difference' };
  const evidence = useAnswer('roaming.case.evidence', { path, query: {} }, measured);
  const records = traced.data?.records ?? [];
  const amountOf = useAmount(records[0]);
  if (data === undefined) {
    return (
      <Page title={words.pages.cases}>
        {error !== null && <ProblemView error={error} again={() => void refetch()} />}
      </Page>
    );
  }
  const { origin, partner, status, returned } = data;
  const title = (
    <>
      {words.cases.kinds[origin.kind]} · {partner} <CaseTag status={status} />
    </>
  );
  return (
    <Page title={title} about={aboutOf(words, origin)}>
      {origin.kind === 'difference' && (
        <Link to={`/roaming/settlements/${origin.agreement}/${origin.from}`}>
          {words.settlements.period} {origin.agreement} · {origin.from}
        </Link>
      )}
      {returned !== null && <Alert type="warning" showIcon title={`${words.cases.returned}: ${returned}`} />}
      <CaseSteps path={path} found={data} records={records} measured={evidence.data?.proposal ?? null} />
      {origin.kind === 'difference' && <Sides origin={origin} evidence={evidence.data} amountOf={amountOf} />}
      {evidence.error !== null && <ProblemView error={evidence.error} again={() => void evidence.refetch()} />}
      {evidence.data !== undefined && <Evidence evidence={evidence.data} />}
      {traced.error !== null && <ProblemView error={traced.error} again={() => void traced.refetch()} />}
      <Records records={records} />
      <History found={data} amountOf={amountOf} />
    </Page>
  );
};
export default Case;
