import { Button, Card, Empty, List, Statistic, Table, Tag } from 'antd';
import type { ReactNode } from 'react';
import type { OperationId } from '../api/client.ts';
import type { Alert } from '../api/generated.ts';
import { useAction, useList } from '../api/queries.ts';
import { momentOf } from '../format.ts';
import { useWords } from '../language/language.ts';
import { useMay } from '../session/session.ts';
import { Link } from '../shell/link.tsx';
import { Page } from '../shell/page.tsx';
import { ProblemView } from '../shell/problem-view.tsx';
import { useImportColumns } from './imports/import-files.tsx';

/** What waits for a person, and what is under way: as much of it as the role may see. */

const EVERY_MS = 5_000;
/** A page of a list; what is more is said as such. */
const MOST = '200';

const Waiting = (props: {
  readonly title: string;
  readonly to: string;
  readonly found: {
    readonly items: ReadonlyArray<unknown>;
    readonly hasNextPage: boolean;
    readonly isPending: boolean;
  };
}): ReactNode => {
  const { items, hasNextPage, isPending } = props.found;
  return (
    <Link to={props.to}>
      <Card hoverable>
        <Statistic
          title={props.title}
          value={items.length}
          suffix={hasNextPage ? '+' : ''}
          loading={isPending}
          styles={{ content: { color: items.length === 0 ? '#2e7d4f' : '#c0392b' } }}
        />
      </Card>
    </Link>
  );
};

const useWaiting = () => {
  const may = useMay();
  const if_ = (id: OperationId) => ({ everyMs: EVERY_MS, enabled: may(id) });
  return {
    records: useList(
      'roaming.quarantinedRecord.list',
      { query: { status: 'open', limit: MOST } },
      if_('roaming.quarantinedRecord.list'),
    ),
    files: useList(
      'roaming.importFile.list',
      { query: { status: 'quarantined', limit: MOST } },
      if_('roaming.importFile.list'),
    ),
    periods: useList(
      'roaming.settlement.list',
      { query: { stage: ['drawn', 'approving'], limit: MOST } },
      if_('roaming.settlement.list'),
    ),
    cases: useList(
      'roaming.case.list',
      { query: { status: ['open', 'taken', 'proposed'], limit: MOST } },
      if_('roaming.case.list'),
    ),
    alerts: useList('operations.alert.list', { query: { open: 'true', limit: MOST } }, if_('operations.alert.list')),
  };
};

const LEVELS: Readonly<Record<Alert['level'], string>> = { reminder: 'blue', alarm: 'orange', problem: 'red' };

const Alerts = ({ alerts }: { readonly alerts: ReadonlyArray<Alert> }): ReactNode => {
  const words = useWords();
  const may = useMay();
  const acknowledge = useAction('operations.alert.acknowledge');
  if (alerts.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={words.overview.noAlerts} />;
  return (
    <>
      {acknowledge.error !== null && <ProblemView error={acknowledge.error} />}
      <List
        size="small"
        dataSource={alerts.slice(0, 8)}
        renderItem={(one) => (
          <List.Item
            actions={
              may('operations.alert.acknowledge')
                ? [
                    <Button key="seen" size="small" onClick={() => acknowledge.mutate({ path: { id: one.id } })}>
                      {words.overview.acknowledge}
                    </Button>,
                  ]
                : []
            }
          >
            <List.Item.Meta
              title={
                <>
                  <Tag color={LEVELS[one.level]}>{one.code}</Tag>
                  {one.subject}
                </>
              }
              description={`${one.source} · ${momentOf(one.lastAtMs)} · ${one.times} ${words.overview.times}`}
            />
          </List.Item>
        )}
      />
    </>
  );
};

const Recent = (): ReactNode => {
  const words = useWords();
  const columns = useImportColumns();
  const found = useList('roaming.importFile.list', { query: { limit: '8' } }, { everyMs: 2_000 });
  return (
    <Card title={words.overview.recent} styles={{ body: { padding: 0 } }}>
      {found.error !== null && <ProblemView error={found.error} />}
      <Table
        rowKey={({ partner, sm3 }) => `${partner} ${sm3}`}
        columns={columns}
        dataSource={found.items.slice(0, 8)}
        loading={found.isPending}
        pagination={false}
        size="middle"
        scroll={{ x: 'max-content' }}
      />
    </Card>
  );
};

const Overview = (): ReactNode => {
  const { overview, pages } = useWords();
  const may = useMay();
  const { records, files, periods, cases, alerts } = useWaiting();
  const failed = [records, files, periods, cases, alerts].find(({ error }) => error !== null);
  return (
    <Page title={pages.overview} about={overview.about}>
      {failed !== undefined && <ProblemView error={failed.error} again={() => void failed.refetch()} />}
      <div className="grid">
        {may('roaming.settlement.list') && (
          <Waiting title={overview.periods} to="/roaming/settlements" found={periods} />
        )}
        {may('roaming.quarantinedRecord.list') && (
          <Waiting title={overview.records} to="/roaming/quarantine" found={records} />
        )}
        {may('roaming.importFile.list') && <Waiting title={overview.files} to="/roaming/imports" found={files} />}
        {may('roaming.case.list') && <Waiting title={overview.cases} to="/roaming/cases" found={cases} />}
        {may('operations.alert.list') && <Waiting title={overview.alerts} to="/" found={alerts} />}
      </div>
      {may('roaming.importFile.list') && <Recent />}
      {may('operations.alert.list') && (
        <Card title={overview.alerts}>
          <Alerts alerts={alerts.items} />
        </Card>
      )}
    </Page>
  );
};
export default Overview;
