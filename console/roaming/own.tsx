import { Button, Card, DatePicker, Empty, Result, Space, Statistic, Switch, Table, Tag, Typography } from 'antd';
import dayjs from 'dayjs';
import { type ReactNode, useState } from 'react';
import { Problem } from '../api/client.ts';
import type { RoamingSpending, RoamingSubscriber, RoamingUsage } from '../api/generated.ts';
import { useAction, useAnswer, useList } from '../api/queries.ts';
import { Chart } from '../chart/chart.tsx';
import { countOf, decimalOf, decimalsOf, localMomentOf, momentOf, moneyOf, usageOf } from '../format.ts';
import { useLanguage, useWords } from '../language/language.ts';
import { useSession } from '../session/session.ts';
import { NUMBER } from '../shell/columns.ts';
import { ListTable } from '../shell/list-table.tsx';
import { Page } from '../shell/page.tsx';
import { ProblemView } from '../shell/problem-view.tsx';
import { SaveButton } from '../shell/save-button.tsx';

/** A subscriber's own page (seed 002 §1.3): what was spent by day and month, every record with its fee, its numbers. */

const Numbers = ({ of }: { readonly of: RoamingSubscriber }): ReactNode => {
  const { own } = useWords();
  const path = { subscriber: of.subscriber };
  const switching = useAction('roaming.subscriber.switch');
  const activating = useAction('roaming.subscriber.activate');
  const failure = switching.error ?? activating.error;
  type Row = RoamingSubscriber['numbers'][number];
  const columns = [
    { title: own.number, dataIndex: 'number' },
    { title: '', render: ({ role }: Row) => <Tag color={role === 'primary' ? 'blue' : 'default'}>{own[role]}</Tag> },
    {
      title: '',
      render: ({ number, on, active }: Row) =>
        active ? (
          <Tag color="green">{own.active}</Tag>
        ) : (
          <Button
            size="small"
            disabled={!on}
            loading={activating.isPending}
            onClick={() => activating.mutate({ path, body: { number } })}
          >
            {own.use}
          </Button>
        ),
    },
    {
      title: '',
      render: ({ number, on }: Row) => (
        <Switch
          aria-label={number}
          checked={on}
          checkedChildren={own.on}
          unCheckedChildren={own.off}
          loading={switching.isPending}
          onChange={(next) => switching.mutate({ path, body: { number, on: next } })}
        />
      ),
    },
  ];
  return (
    <Card title={own.numbers}>
      {failure !== null && <ProblemView error={failure} />}
      <Table rowKey="number" columns={columns} dataSource={[...of.numbers]} pagination={false} size="small" />
      <Typography.Paragraph type="secondary">{own.switchOff}</Typography.Paragraph>
    </Card>
  );
};

const Packages = ({ of }: { readonly of: RoamingSubscriber }): ReactNode => {
  const { own } = useWords();
  if (of.balances.length === 0) return null;
  type Row = RoamingSubscriber['balances'][number];
  const columns = [
    { title: own.packages, dataIndex: 'package' },
    { title: own.left, ...NUMBER, render: ({ left }: Row) => countOf(left) },
    { title: own.until, render: ({ untilMs }: Row) => momentOf(untilMs) },
  ];
  return (
    <Card title={own.packages}>
      <Table rowKey="id" columns={columns} dataSource={[...of.balances]} pagination={false} size="small" />
    </Card>
  );
};

const sumOf = (amounts: ReadonlyArray<string>): string =>
  amounts.reduce((sum, amount) => sum + BigInt(amount), 0n).toString();

/** `beside` stands beside the chart, above the months. */
const Spent = (props: { readonly spending: RoamingSpending; readonly beside: ReactNode }): ReactNode => {
  const { own } = useWords();
  const { currency, days, months, alarms } = props.spending;
  const decimals = decimalsOf(currency);
  const byDay = [...Map.groupBy(days, ({ day }) => day)].map(([day, some]) => ({
    day,
    minor: sumOf(some.map(({ spentMinor }) => spentMinor)),
  }));
  const reached = alarms.map(({ period, thresholdMinor }) => `${period} ≥ ${decimalOf(thresholdMinor, decimals)}`);
  const facts = [
    [own.thisMonth, decimalOf(months.at(-1)?.spentMinor ?? '0', decimals), months.at(-1)?.month ?? ''],
    [own.today, decimalOf(byDay.at(-1)?.minor ?? '0', decimals), byDay.at(-1)?.day ?? ''],
    [own.alarms, reached.join('; ') || own.noAlarms, ''],
  ] as const;
  return (
    <>
      <div className="grid">
        {facts.map(([title, value, when]) => (
          <Card key={title}>
            <Statistic
              title={`${title}${when === '' ? '' : ` · ${when}`}`}
              value={value}
              suffix={when === '' ? '' : currency}
            />
          </Card>
        ))}
      </div>
      <div className="charts">
        <Card title={own.byDay}>
          {byDay.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} />
          ) : (
            <Chart
              label={own.day}
              format={(value) => value.toFixed(decimals)}
              chart={{
                title: own.byDay,
                shape: 'bar',
                unit: currency,
                points: byDay.map(({ day, minor }) => ({ label: day, value: Number(minor) / 10 ** decimals })),
              }}
            />
          )}
        </Card>
        <div className="stack">
          {props.beside}
          <Card title={own.months}>
            <Table
              rowKey="month"
              size="small"
              pagination={false}
              dataSource={[...months]}
              columns={[
                { title: own.month, dataIndex: 'month' },
                {
                  title: currency,
                  ...NUMBER,
                  render: ({ spentMinor }: RoamingSpending['months'][number]) => decimalOf(spentMinor, decimals),
                },
              ]}
            />
          </Card>
        </div>
      </div>
    </>
  );
};

const Records = ({ subscriber, newest }: { readonly subscriber: string; readonly newest: string }): ReactNode => {
  const words = useWords();
  const { language } = useLanguage();
  const { own } = words;
  const [month, setMonth] = useState(newest);
  const path = { subscriber };
  const found = useList('roaming.subscriber.usage', { path, query: { month } });
  const columns = [
    {
      title: own.at,
      render: ({ atMs, utcOffsetMinutes }: RoamingUsage) => localMomentOf(atMs, utcOffsetMinutes),
    },
    { title: own.number, dataIndex: 'number' },
    { title: own.network, dataIndex: 'network' },
    {
      title: '',
      render: ({ service, direction }: RoamingUsage) => `${words.service[service]} · ${words.direction[direction]}`,
    },
    { title: own.other, dataIndex: 'destination' },
    {
      title: own.usage,
      ...NUMBER,
      render: ({ service, quantity }: RoamingUsage) => usageOf(service, quantity),
    },
    {
      title: own.fee,
      ...NUMBER,
      render: ({ fee }: RoamingUsage) => moneyOf(fee.amountMinor, fee.decimals, fee.currency),
    },
  ];
  const buttons = (
    <Space>
      <DatePicker
        picker="month"
        allowClear={false}
        aria-label={own.month}
        value={dayjs(`${month}-01`)}
        onChange={(chosen) => chosen !== null && setMonth(chosen.format('YYYY-MM'))}
      />
      {(['pdf', 'xlsx', 'csv'] as const).map((format) => (
        <SaveButton
          key={format}
          id="roaming.subscriber.exportBill"
          asked={{ path: { subscriber, month }, query: { format, language } }}
        >
          {format.toUpperCase()}
        </SaveButton>
      ))}
    </Space>
  );
  return (
    <Card title={own.records} extra={buttons} styles={{ body: { padding: 0 } }}>
      <ListTable rowKey="id" columns={columns} found={found} scroll={{ x: 'max-content' }} />
    </Card>
  );
};

const Own = (): ReactNode => {
  const words = useWords();
  const { me } = useSession();
  const path = { subscriber: me.subject };
  const subscriber = useAnswer('roaming.subscriber.read', { path });
  const spending = useAnswer('roaming.subscriber.spending', { path });
  const error = subscriber.error ?? spending.error;
  if (error instanceof Problem && error.details.status === 404) {
    return <Result status="info" title={words.own.notRegistered} />;
  }
  const newest = spending.data?.months.at(-1)?.month ?? dayjs().format('YYYY-MM');
  return (
    <Page title={words.pages.own} about={words.own.about}>
      {error !== null && <ProblemView error={error} again={() => void spending.refetch()} />}
      {spending.data !== undefined && (
        <>
          <Spent
            spending={spending.data}
            beside={
              subscriber.data === undefined ? null : (
                <>
                  <Numbers of={subscriber.data} />
                  <Packages of={subscriber.data} />
                </>
              )
            }
          />
          <Records subscriber={me.subject} newest={newest} />
        </>
      )}
    </Page>
  );
};
export default Own;
