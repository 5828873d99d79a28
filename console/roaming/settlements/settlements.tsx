import { Card, Space, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import type { RoamingSettlementItem } from '../../api/generated.ts';
import { useList } from '../../api/queries.ts';
import { useWords } from '../../language/language.ts';
import { NUMBER } from '../../shell/columns.ts';
import { Choice, PartnerSearch } from '../../shell/filters.tsx';
import { Link } from '../../shell/link.tsx';
import { ListTable } from '../../shell/list-table.tsx';
import { Page } from '../../shell/page.tsx';

/** Periods of agreements, newest first, with the stage that each is in. */

export type Stage = RoamingSettlementItem['stage'];

const COLORS: Readonly<Record<Stage, string>> = {
  open: 'default',
  drawn: 'orange',
  rejected: 'red',
  approving: 'gold',
  approved: 'blue',
  instructed: 'geekblue',
  paid: 'cyan',
  closed: 'green',
};

export const StageTag = ({ stage }: { readonly stage: Stage }): ReactNode => (
  <Tag color={COLORS[stage]}>{useWords().settlements.stages[stage]}</Tag>
);

export const Tolerance = ({ tolerated }: { readonly tolerated: boolean | null }): ReactNode => {
  const { settlements } = useWords();
  if (tolerated === null) return <Tag>{settlements.notCompared}</Tag>;
  return tolerated ? <Tag color="success">{settlements.within}</Tag> : <Tag color="error">{settlements.beyond}</Tag>;
};

const Settlements = (): ReactNode => {
  const words = useWords();
  const { settlements } = words;
  const [stage, setStage] = useState<Stage | undefined>();
  const [partner, setPartner] = useState<string | undefined>();
  const query = { ...(stage === undefined ? {} : { stage }), ...(partner === undefined ? {} : { partner }) };
  const found = useList('roaming.settlement.list', { query }, { everyMs: 10_000 });
  const columns = [
    {
      title: settlements.agreement,
      render: ({ agreement, from }: RoamingSettlementItem) => (
        <Link to={`/roaming/settlements/${agreement}/${from}`}>{agreement}</Link>
      ),
    },
    { title: words.partner, dataIndex: 'partner' },
    { title: settlements.period, render: ({ from, to }: RoamingSettlementItem) => `${from} – ${to}` },
    { title: settlements.stage, render: (one: RoamingSettlementItem) => <StageTag stage={one.stage} /> },
    { title: settlements.revision, dataIndex: 'revision', ...NUMBER },
    {
      title: settlements.tolerated,
      render: ({ tolerated }: RoamingSettlementItem) => <Tolerance tolerated={tolerated} />,
    },
  ];
  const buttons = (
    <Space>
      <PartnerSearch choose={setPartner} />
      <Choice label={settlements.stage} width={190} words={settlements.stages} value={stage} choose={setStage} />
    </Space>
  );
  return (
    <Page title={words.pages.settlements} about={settlements.about} buttons={buttons}>
      <Card styles={{ body: { padding: 0 } }}>
        <ListTable rowKey={({ agreement, from }) => `${agreement} ${from}`} columns={columns} found={found} />
      </Card>
    </Page>
  );
};
export default Settlements;
