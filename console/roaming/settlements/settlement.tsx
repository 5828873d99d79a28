import { Alert, Card, Space, Statistic, Table, Timeline } from 'antd';
import type { ReactNode } from 'react';
import type { RoamingSettlement } from '../../api/generated.ts';
import { useAction, useAnswer } from '../../api/queries.ts';
import { countOf, decimalOf, momentOf, moneyOf } from '../../format.ts';
import { useLanguage, useWords } from '../../language/language.ts';
import { useMay } from '../../session/session.ts';
import { NUMBER } from '../../shell/columns.ts';
import { Page } from '../../shell/page.tsx';
import { ProblemView } from '../../shell/problem-view.tsx';
import { ReasonButton } from '../../shell/reason-button.tsx';
import { SaveButton } from '../../shell/save-button.tsx';
import { StageTag, Tolerance } from './settlements.tsx';

/** A period: its statement line by line, what the partner says, who approved it; finance decides here. */

type Statement = NonNullable<RoamingSettlement['statement']>;
type Comparison = NonNullable<RoamingSettlement['comparison']>;

const useLineName = () => {
  const words = useWords();
  return (line: Pick<Statement['lines'][number], 'direction' | 'service' | 'adjustment'>): string => {
    const name = `${words.direction[line.direction]} · ${words.service[line.service]}`;
    return line.adjustment ? `${name} (${words.settlements.adjustment})` : name;
  };
};

const Amounts = ({ statement }: { readonly statement: Statement }): ReactNode => {
  const { settlements } = useWords();
  const { currency, decimals, outboundMinor, inboundMinor, carriedMinor, netMinor } = statement;
  const owe = netMinor.startsWith('-') ? settlements.wePay : netMinor === '0' ? '' : settlements.theyPay;
  const amounts = [
    [settlements.outbound, outboundMinor],
    [settlements.inbound, inboundMinor],
    [settlements.carried, carriedMinor],
    [`${settlements.net} (${currency})${owe === '' ? '' : ` · ${owe}`}`, netMinor],
  ] as const;
  return (
    <div className="grid">
      {amounts.map(([title, minor]) => (
        <Card key={title}>
          <Statistic title={title} value={decimalOf(minor, decimals)} />
        </Card>
      ))}
    </div>
  );
};

const Lines = ({ statement }: { readonly statement: Statement }): ReactNode => {
  const { settlements } = useWords();
  const nameOf = useLineName();
  type Line = Statement['lines'][number];
  const columns = [
    { title: settlements.line, render: nameOf },
    { title: settlements.events, ...NUMBER, render: ({ events }: Line) => countOf(events) },
    { title: settlements.usage, ...NUMBER, render: ({ usage }: Line) => countOf(usage) },
    {
      title: settlements.amount,
      ...NUMBER,
      render: ({ amountMinor, decimals, currency }: Line) => moneyOf(amountMinor, decimals, currency),
    },
    { title: settlements.rate, ...NUMBER, dataIndex: 'rate' },
    {
      title: settlements.converted,
      ...NUMBER,
      render: ({ convertedMinor }: Line) => moneyOf(convertedMinor, statement.decimals, statement.currency),
    },
  ];
  return (
    <Card title={settlements.statement} styles={{ body: { padding: 0 } }}>
      <Table
        rowKey={(line) => JSON.stringify(line)}
        columns={columns}
        dataSource={[...statement.lines]}
        pagination={false}
        size="middle"
      />
    </Card>
  );
};

const Compared = (props: { readonly comparison: Comparison; readonly decimals: number }): ReactNode => {
  const { settlements } = useWords();
  const nameOf = useLineName();
  type Line = Comparison['lines'][number];
  const money = (title: string, of: (line: Line) => string) => ({
    title,
    ...NUMBER,
    render: (line: Line) => decimalOf(of(line), props.decimals),
  });
  const columns = [
    { title: settlements.line, render: nameOf },
    money(settlements.ours, ({ oursMinor }) => oursMinor),
    money(settlements.theirs, ({ theirsMinor }) => theirsMinor),
    money(settlements.difference, ({ differenceMinor }) => differenceMinor),
    { title: settlements.tolerated, render: ({ tolerated }: Line) => <Tolerance tolerated={tolerated} /> },
  ];
  return (
    <Card title={settlements.comparison} styles={{ body: { padding: 0 } }}>
      <Table
        rowKey={({ direction, service, adjustment }) => `${direction} ${service} ${adjustment}`}
        columns={columns}
        dataSource={[...props.comparison.lines]}
        pagination={false}
        size="middle"
      />
    </Card>
  );
};

const Approvals = ({ period }: { readonly period: RoamingSettlement }): ReactNode => {
  const { settlements } = useWords();
  const { approvals, instruction, terms } = period;
  if (approvals.length === 0 && instruction === null) return null;
  const items = [
    ...approvals.map(({ by, atMs, despite }) => ({
      content: `${by} · ${momentOf(atMs)}${despite === null ? '' : ` · ${despite}`}`,
      color: 'green',
    })),
    ...(instruction === null
      ? []
      : [
          {
            content: `${settlements.instruction} ${instruction.id}: ${moneyOf(instruction.amountMinor, terms.decimals, instruction.currency)} · ${settlements.due} ${instruction.due}`,
            color: 'blue',
          },
        ]),
  ];
  return (
    <Card title={settlements.approvals}>
      <Timeline items={items} />
    </Card>
  );
};

/** Stages in which finance has something to decide. */
const DECIDED: ReadonlySet<RoamingSettlement['stage']> = new Set(['drawn', 'approving']);
/** In which a statement may be drawn anew: no instruction has gone out. */
const REOPENED: ReadonlySet<RoamingSettlement['stage']> = new Set(['drawn', 'approving', 'rejected', 'approved']);

const Decisions = ({ period }: { readonly period: RoamingSettlement }): ReactNode => {
  const words = useWords();
  const may = useMay();
  const approve = useAction('roaming.settlement.approve');
  const reject = useAction('roaming.settlement.reject');
  const reopen = useAction('roaming.settlement.reopen');
  const { agreement, from } = period.terms;
  const path = { agreement, from };
  const decided = DECIDED.has(period.stage);
  return (
    <Space>
      {decided && may('roaming.settlement.approve') && (
        <ReasonButton
          primary
          optional
          label={words.settlements.approve}
          of={words.settlements.despite}
          pending={approve.isPending}
          error={approve.error}
          act={(text, done) =>
            approve.mutate({ path, body: { despite: text === '' ? null : text } }, { onSuccess: done })
          }
        />
      )}
      {decided && may('roaming.settlement.reject') && (
        <ReasonButton
          danger
          label={words.settlements.reject}
          of={words.reason}
          pending={reject.isPending}
          error={reject.error}
          act={(reason, done) => reject.mutate({ path, body: { reason } }, { onSuccess: done })}
        />
      )}
      {REOPENED.has(period.stage) && may('roaming.settlement.reopen') && (
        <ReasonButton
          label={words.settlements.reopen}
          of={words.reason}
          pending={reopen.isPending}
          error={reopen.error}
          act={(reason, done) => reopen.mutate({ path, body: { reason } }, { onSuccess: done })}
        />
      )}
    </Space>
  );
};

const Settlement = ({ agreement = '', from = '' }: Readonly<Record<string, string>>): ReactNode => {
  const words = useWords();
  const { language } = useLanguage();
  const { settlements } = words;
  const path = { agreement, from };
  const { data, error, refetch } = useAnswer('roaming.settlement.read', { path }, { everyMs: 5_000 });
  if (data === undefined) {
    return (
      <Page title={words.pages.settlements}>
        {error !== null && <ProblemView error={error} again={() => void refetch()} />}
      </Page>
    );
  }
  const { statement, comparison, terms, reason } = data;
  const title = (
    <>
      {terms.partner} · {terms.agreement} <StageTag stage={data.stage} />{' '}
      <Tolerance tolerated={comparison?.tolerated ?? null} />
    </>
  );
  const buttons = (
    <Space wrap>
      {statement !== null &&
        (['pdf', 'xlsx', 'csv'] as const).map((format) => (
          <SaveButton key={format} id="roaming.settlement.statement" asked={{ path, query: { format, language } }}>
            {format.toUpperCase()}
          </SaveButton>
        ))}
      <Decisions period={data} />
    </Space>
  );
  const about = `${terms.from} – ${terms.to} · ${settlements.days} ${new Set(data.days.map(({ day }) => day)).size} · ${settlements.revision} ${data.revision}`;
  return (
    <Page title={title} about={about} buttons={buttons}>
      {reason !== null && <Alert type="warning" showIcon title={`${settlements.rejected}: ${reason}`} />}
      {statement === null ? (
        <Alert type="info" showIcon title={settlements.notDrawn} />
      ) : (
        <>
          <Amounts statement={statement} />
          <Lines statement={statement} />
        </>
      )}
      {comparison !== null && <Compared comparison={comparison} decimals={terms.decimals} />}
      <Approvals period={data} />
    </Page>
  );
};
export default Settlement;
