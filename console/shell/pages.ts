import {
  AlertOutlined,
  BarChartOutlined,
  DashboardOutlined,
  FileDoneOutlined,
  InboxOutlined,
  SolutionOutlined,
  WalletOutlined,
} from '@ant-design/icons';
import { type ComponentType, lazy } from 'react';
import type { OperationId } from '../api/client.ts';
import type { Words } from '../language/zh.ts';

/**
 * The pages, in the order of the menu. Each is loaded when it is first looked at, and belongs to those who may call what it
 * is about; `of` has it under a menu entry without being one.
 */

export interface PageEntry {
  readonly place: string;
  readonly name: keyof Words['pages'];
  /** One of these is enough. */
  readonly needs: readonly [OperationId, ...OperationId[]];
  /** For a role of its own only: staff may call it too, of others. */
  readonly role?: string;
  readonly icon?: ComponentType;
  readonly show: ComponentType<Readonly<Record<string, string>>>;
}

const Overview = lazy(() => import('../roaming/overview.tsx'));
const Imports = lazy(() => import('../roaming/imports/import-files.tsx'));
const Import = lazy(() => import('../roaming/imports/import-file.tsx'));
const Quarantine = lazy(() => import('../roaming/imports/quarantined-records.tsx'));
const Statistics = lazy(() => import('../roaming/statistics.tsx'));
const Settlements = lazy(() => import('../roaming/settlements/settlements.tsx'));
const Settlement = lazy(() => import('../roaming/settlements/settlement.tsx'));
const Cases = lazy(() => import('../roaming/settlements/cases.tsx'));
const Case = lazy(() => import('../roaming/settlements/case.tsx'));
const Own = lazy(() => import('../roaming/own.tsx'));

export const PAGES: ReadonlyArray<PageEntry> = [
  {
    place: '/',
    name: 'overview',
    needs: ['roaming.importFile.list', 'roaming.settlement.list'],
    icon: DashboardOutlined,
    show: Overview,
  },
  {
    place: '/roaming/imports',
    name: 'imports',
    needs: ['roaming.importFile.list'],
    icon: InboxOutlined,
    show: Imports,
  },
  {
    place: '/roaming/quarantine',
    name: 'quarantine',
    needs: ['roaming.quarantinedRecord.list'],
    icon: AlertOutlined,
    show: Quarantine,
  },
  {
    place: '/roaming/settlements',
    name: 'settlements',
    needs: ['roaming.settlement.list'],
    icon: FileDoneOutlined,
    show: Settlements,
  },
  { place: '/roaming/cases', name: 'cases', needs: ['roaming.case.list'], icon: SolutionOutlined, show: Cases },
  {
    place: '/roaming/statistics',
    name: 'statistics',
    needs: ['roaming.statistics.read'],
    icon: BarChartOutlined,
    show: Statistics,
  },
  {
    place: '/roaming/mine',
    name: 'own',
    needs: ['roaming.subscriber.spending'],
    role: 'subscriber',
    icon: WalletOutlined,
    show: Own,
  },
  { place: '/roaming/imports/:partner/:file', name: 'imports', needs: ['roaming.importFile.read'], show: Import },
  {
    place: '/roaming/settlements/:agreement/:from',
    name: 'settlements',
    needs: ['roaming.settlement.read'],
    show: Settlement,
  },
  { place: '/roaming/cases/:case', name: 'cases', needs: ['roaming.case.read'], show: Case },
];
