import { Card, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import type { RoamingClearingCaseItem } from '../../api/generated.ts';
import { useList } from '../../api/queries.ts';
import { momentOf } from '../../format.ts';
import { useWords } from '../../language/language.ts';
import { useMay } from '../../session/session.ts';
import { NUMBER } from '../../shell/columns.ts';
import { Choice } from '../../shell/filters.tsx';
import { Link } from '../../shell/link.tsx';
import { ListTable } from '../../shell/list-table.tsx';
import { Page } from '../../shell/page.tsx';

/** Cases of clearing, newest first, and who works on each. */

type Status = RoamingClearingCaseItem['status'];
const COLORS: Readonly<Record<Status, string>> = {
  open: 'red',
  taken: 'orange',
  proposed: 'gold',
  posting: 'blue',
  resolved: 'green',
};

export const CaseTag = ({ status }: { readonly status: Status }): ReactNode => (
  <Tag color={COLORS[status]}>{useWords().cases.statuses[status]}</Tag>
);

const Cases = (): ReactNode => {
  const words = useWords();
  const may = useMay();
  const { cases } = words;
  const [status, setStatus] = useState<Status | undefined>();
  const query = status === undefined ? {} : { status };
  const found = useList('roaming.case.list', { query }, { everyMs: 10_000 });
  const columns = [
    {
      title: cases.kind,
      render: ({ kind, key }: RoamingClearingCaseItem) =>
        may('roaming.case.read') ? <Link to={`/roaming/cases/${key}`}>{cases.kinds[kind]}</Link> : cases.kinds[kind],
    },
    { title: words.partner, dataIndex: 'partner' },
    { title: cases.of, dataIndex: 'of' },
    { title: words.status, render: (one: RoamingClearingCaseItem) => <CaseTag status={one.status} /> },
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
  const choice = <Choice label={words.status} width={160} words={cases.statuses} value={status} choose={setStatus} />;
  return (
    <Page title={words.pages.cases} about={cases.about} buttons={choice}>
      <Card styles={{ body: { padding: 0 } }}>
        <ListTable rowKey="key" columns={columns} found={found} />
      </Card>
    </Page>
  );
};
export default Cases;
