import { ReloadOutlined } from '@ant-design/icons';
import { Button, Card, Space } from 'antd';
import { type ReactNode, useState } from 'react';
import type { RoamingImportFileItem } from '../../api/generated.ts';
import { useList } from '../../api/queries.ts';
import { momentOf } from '../../format.ts';
import { useWords } from '../../language/language.ts';
import { useMay } from '../../session/session.ts';
import { Choice, PartnerSearch } from '../../shell/filters.tsx';
import { Link } from '../../shell/link.tsx';
import { ListTable } from '../../shell/list-table.tsx';
import { Page } from '../../shell/page.tsx';
import { AuditText, ImportProgress, type ImportStatus, StatusTag } from './audit.tsx';
import { HandIn } from './hand-in.tsx';

/** Partners' files, newest first, with progress while they are imported. */

/** While something is under way somebody may be watching; else new files are what is waited for. */
export const LIVE_MS = 2_000;

export const useImportColumns = () => {
  const words = useWords();
  return [
    {
      title: words.imports.name,
      render: (one: RoamingImportFileItem) => <Link to={`/roaming/imports/${one.partner}/${one.sm3}`}>{one.name}</Link>,
    },
    { title: words.partner, dataIndex: 'partner' },
    { title: words.imports.received, render: (one: RoamingImportFileItem) => momentOf(one.receivedAtMs) },
    { title: words.status, render: ({ status }: RoamingImportFileItem) => <StatusTag status={status} /> },
    {
      title: words.imports.progress,
      width: 170,
      render: ({ status, records }: RoamingImportFileItem) => <ImportProgress status={status} records={records} />,
    },
    { title: words.imports.audit, render: ({ audit }: RoamingImportFileItem) => <AuditText audit={audit} /> },
  ];
};

const ImportFiles = (): ReactNode => {
  const words = useWords();
  const may = useMay();
  const columns = useImportColumns();
  const [status, setStatus] = useState<ImportStatus | undefined>();
  const [partner, setPartner] = useState<string | undefined>();
  const query = { ...(status === undefined ? {} : { status }), ...(partner === undefined ? {} : { partner }) };
  const found = useList('roaming.importFile.list', { query }, { everyMs: LIVE_MS });
  const buttons = (
    <Space>
      <PartnerSearch choose={setPartner} />
      <Choice label={words.status} width={150} words={words.imports.statuses} value={status} choose={setStatus} />
      <Button icon={<ReloadOutlined />} onClick={() => void found.refetch()}>
        {words.refresh}
      </Button>
      {may('roaming.importFile.handIn') && <HandIn />}
    </Space>
  );
  return (
    <Page title={words.pages.imports} about={words.imports.about} buttons={buttons}>
      <Card styles={{ body: { padding: 0 } }}>
        <ListTable
          rowKey={({ partner: of, sm3 }) => `${of} ${sm3}`}
          columns={columns}
          found={found}
          scroll={{ x: 'max-content' }}
        />
      </Card>
    </Page>
  );
};
export default ImportFiles;
