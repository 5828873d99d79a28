import { Button, Card, Select, Table, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import type { RoamingClearingCaseItem } from '../../api/generated.ts';
import { useList } from '../../api/queries.ts';
import { momentOf } from '../../format.ts';
import { useWords } from '../../language/language.ts';
import { NUMBER } from '../../shell/columns.ts';
import { Page } from '../../shell/page.tsx';
import { ProblemView } from '../../shell/problem-view.tsx';

/** Cases of clearing, newest first, and who works on each. */

type Status = RoamingClearingCaseItem['status'];
const COLORS: Readonly<Record<Status, string>> = {
  open: 'red',
  taken: 'orange',
  proposed: 'gold',
  posting: 'blue',
  resolved: 'green',
};

const Cases = (): ReactNode => {
  const words = useWords();
  const { cases } = words;
  const [status, setStatus] = useState<Status | undefined>();
  const query = status === undefined ? {} : { status };
  const found = useList('roaming.case.list', { query }, { everyMs: 10_000 });
  const statuses = Object.entries(cases.statuses).map(([value, label]) => ({ value: value as Status, label }));
  const columns = [
    { title: cases.kind, render: ({ kind }: RoamingClearingCaseItem) => cases.kinds[kind] },
    { title: words.partner, dataIndex: 'partner' },
    { title: cases.of, dataIndex: 'of' },
    {
      title: words.status,
      render: (one: RoamingClearingCaseItem) => <Tag color={COLORS[one.status]}>{cases.statuses[one.status]}</Tag>,
    },
    {
      title: cases.opened,
      render: ({ openedBy, openedAtMs }: RoamingClearingCaseItem) => `${openedBy} · ${momentOf(openedAtMs)}`,
    },
    { title: cases.taker, render: ({ takenBy }: RoamingClearingCaseItem) => takenBy ?? '–' },
    {
      title: cases.amount,
      ...NUMBER,
      render: ({ amountMinor }: RoamingClearingCaseItem) => amountMinor ?? '–',
    },
  ];
  const choice = (
    <Select
      allowClear
      style={{ width: 160 }}
      placeholder={words.status}
      aria-label={words.status}
      options={statuses}
      value={status ?? null}
      onChange={(value: Status | null) => setStatus(value ?? undefined)}
    />
  );
  return (
    <Page title={words.pages.cases} about={cases.about} buttons={choice}>
      {found.error !== null && <ProblemView error={found.error} again={() => void found.refetch()} />}
      <Card styles={{ body: { padding: 0 } }}>
        <Table
          rowKey="key"
          columns={columns}
          dataSource={[...found.items]}
          loading={found.isPending}
          pagination={false}
          size="middle"
        />
      </Card>
      {found.hasNextPage && (
        <Button block onClick={() => void found.fetchNextPage()}>
          {words.more}
        </Button>
      )}
    </Page>
  );
};
export default Cases;
