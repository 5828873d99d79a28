import type { Role } from '../domain/kernel/caller.ts';

/**
 * Who may call what: the one table, a row for each route, named by its `operationId`. What is not here is denied: the
 * server does not start when a route has no row, or a row no route.
 */

export interface Right {
  /** `everyone`: also without a token. `signed-in`: any valid token. Else: one of these roles. */
  readonly allow: 'everyone' | 'signed-in' | readonly [Role, ...Role[]];
  /** A system administrator may act in another tenant, named by the header `Hufu-Tenant`. Default: nobody may. */
  readonly otherTenants?: true;
  /** What it shows and changes belongs to a province: a caller without one may not, and others do so in theirs only. */
  readonly byProvince?: true;
  /** Also without a token when the connection comes from this machine itself and was not forwarded. */
  readonly loopback?: true;
}

export type RightsTable = Readonly<Record<string, Right>>;

export const RIGHTS: RightsTable = {
  // operations: what a load balancer, a scraper or a reader of the documents needs
  'operations.health.live': { allow: 'everyone' },
  'operations.health.ready': { allow: 'everyone' },
  'operations.documents.openapi': { allow: 'everyone' },
  'operations.documents.page': { allow: 'everyone' },
  'operations.documents.asset': { allow: 'everyone' },
  // the console's files; what it shows comes from the other routes
  'operations.console.short': { allow: 'everyone' },
  'operations.console.page': { allow: 'everyone' },
  'operations.console.callback': { allow: 'everyone' },
  'operations.console.asset': { allow: 'everyone' },
  'operations.console.settings': { allow: 'everyone' },
  'operations.metrics.read': { allow: ['system-administrator'], loopback: true },
  'operations.me.read': { allow: 'signed-in' },
  'operations.audit.list': { allow: ['system-administrator', 'auditor'], otherTenants: true },
  'operations.audit.verify': { allow: ['system-administrator', 'auditor'], otherTenants: true },
  'operations.audit.export': { allow: ['system-administrator', 'auditor'], otherTenants: true },
  'operations.alert.list': {
    allow: ['operator', 'unit-administrator', 'system-administrator', 'auditor'],
    otherTenants: true,
  },
  'operations.alert.acknowledge': {
    allow: ['operator', 'unit-administrator', 'system-administrator'],
    otherTenants: true,
  },
  // of the whole house: whose database it is, not whose tenant
  'operations.threshold.list': { allow: ['system-administrator', 'auditor'] },
  'operations.threshold.changes': { allow: ['system-administrator', 'auditor'] },
  'operations.threshold.set': { allow: ['system-administrator'] },
  'operations.threshold.reset': { allow: ['system-administrator'] },
  'operations.backup.list': { allow: ['system-administrator', 'auditor'] },
  'operations.backup.make': { allow: ['system-administrator'] },
  'operations.deadLetter.list': {
    allow: ['system-administrator', 'unit-administrator', 'auditor'],
    otherTenants: true,
  },
  'operations.deadLetter.retry': { allow: ['system-administrator'], otherTenants: true },
  'operations.deadLetter.discard': { allow: ['system-administrator'], otherTenants: true },
  // nodes are of all tenants; keys of actors may be card numbers, which an auditor sees masked elsewhere; states hold all
  'operations.node.list': { allow: ['system-administrator'] },
  'operations.actor.list': { allow: ['system-administrator', 'unit-administrator'], otherTenants: true },
  'operations.actor.read': { allow: ['system-administrator', 'unit-administrator'], otherTenants: true },
  'operations.actor.journal': { allow: ['system-administrator', 'unit-administrator'], otherTenants: true },
  'operations.actor.state': { allow: ['system-administrator'], otherTenants: true },
  'operations.actor.retry': { allow: ['system-administrator'], otherTenants: true },
  // whoever may decode reads the payloads of every tenant: a payload does not say whose it is (decision 0044)
  'operations.codec.begin': { allow: ['system-administrator'] },
  'operations.codec.decode': { allow: ['system-administrator'] },
  'operations.codec.encode': { allow: ['system-administrator'] },
  'operations.file.read': { allow: ['unit-administrator', 'operator', 'auditor'] },
  'operations.file.download': { allow: ['unit-administrator', 'operator', 'auditor'] },
  // sim: staff of the unit work with cards; an auditor looks on and sees card numbers masked
  'sim.range.register': { allow: ['unit-administrator', 'operator'] },
  'sim.range.retire': { allow: ['unit-administrator'] },
  'sim.range.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.range.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.stock.numbers': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.stock.cards': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.application.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.application.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.application.audit': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.part.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.progress.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.progress.follow': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.card.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.card.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.partnerFile.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.partnerFile.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.application.create': { allow: ['operator', 'unit-administrator'] },
  'sim.application.edit': { allow: ['operator', 'unit-administrator'] },
  'sim.application.submit': { allow: ['operator', 'unit-administrator'] },
  'sim.application.correct': { allow: ['operator', 'unit-administrator'] },
  'sim.application.drop': { allow: ['operator', 'unit-administrator'] },
  'sim.application.split': { allow: ['operator', 'unit-administrator'] },
  'sim.application.cancelPart': { allow: ['operator', 'unit-administrator'] },
  'sim.application.pause': { allow: ['operator', 'unit-administrator'] },
  'sim.application.resume': { allow: ['operator', 'unit-administrator'] },
  'sim.application.cancel': { allow: ['operator', 'unit-administrator'] },
  'sim.application.retryStage': { allow: ['operator', 'unit-administrator'] },
  'sim.application.pollNow': { allow: ['operator', 'unit-administrator'] },
  'sim.partnerFile.download': { allow: ['operator', 'unit-administrator'] },
  'sim.partnerFile.handIn': { allow: ['operator', 'unit-administrator'] },
  'sim.partnerFile.release': { allow: ['operator', 'unit-administrator'] },
  'sim.partnerFile.discard': { allow: ['operator', 'unit-administrator'] },
  // writing cards: a CRM is a partner that asks and reads; what is in doubt is settled by staff, keys come by who answers
  // for the unit
  'sim.cardWrite.create': { allow: ['operator', 'unit-administrator', 'partner'] },
  'sim.cardWrite.read': { allow: ['operator', 'unit-administrator', 'auditor', 'partner'] },
  'sim.cardWrite.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.cardWrite.settle': { allow: ['operator', 'unit-administrator'] },
  'sim.reader.list': { allow: ['operator', 'unit-administrator', 'auditor', 'partner'] },
  'sim.reader.read': { allow: ['operator', 'unit-administrator', 'auditor', 'partner'] },
  'sim.smsc.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.smsc.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.smsc.register': { allow: ['operator', 'unit-administrator'] },
  'sim.smsc.retire': { allow: ['unit-administrator'] },
  'sim.blankCard.importKeys': { allow: ['unit-administrator'] },
  'sim.blankCard.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.blankCard.allowTry': { allow: ['unit-administrator'] },
  // sim: resources
  'sim.resourceFile.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.resourceFile.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.resourceFile.report': { allow: ['operator', 'unit-administrator'] },
  'sim.resourceFile.handIn': { allow: ['operator', 'unit-administrator'] },
  'sim.resourceFile.look': { allow: ['operator', 'unit-administrator'] },
  'sim.resourceFile.release': { allow: ['operator', 'unit-administrator'] },
  'sim.resourceFile.discard': { allow: ['operator', 'unit-administrator'] },
  'sim.stock.levels': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.stockPool.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.stockPool.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.stockPool.set': { allow: ['operator', 'unit-administrator'] },
  'sim.stockPool.remove': { allow: ['operator', 'unit-administrator'] },
  'sim.card.recordOutcome': { allow: ['operator', 'unit-administrator'] },
  // keys: whoever manages the unit; operators work with cards, not with their keys
  'sim.transportKey.import': { allow: ['unit-administrator'] },
  'sim.transportKey.list': { allow: ['unit-administrator', 'auditor'] },
  'sim.transportKey.revoke': { allow: ['unit-administrator'] },
  'sim.part.output': { allow: ['unit-administrator'] },
  'sim.statistics.read': { allow: ['operator', 'unit-administrator', 'auditor', 'finance'] },
  'sim.statistics.export': { allow: ['operator', 'unit-administrator', 'auditor', 'finance'] },
  'sim.telecom.application.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.telecom.application.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.telecom.application.audit': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.telecom.progress.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.telecom.export.download': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.telecom.application.create': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.edit': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.export': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.scan.attach': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.file.handIn': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.resend': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.chooseVendor': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.confirmProduction': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.giveUp': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.pause': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.resume': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.cancel': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.retryStage': { allow: ['operator', 'unit-administrator'] },
  'sim.telecom.application.pollNow': { allow: ['operator', 'unit-administrator'] },
  // which program may write Telecom cards is for the unit's administrator to say
  'sim.writingComponent.allow': { allow: ['unit-administrator'] },
  'sim.writingComponent.withdraw': { allow: ['unit-administrator'] },
  'sim.writingComponent.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.writingComponent.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.telecomWrite.challenge': { allow: ['operator', 'unit-administrator', 'partner'] },
  'sim.telecomWrite.prove': { allow: ['operator', 'unit-administrator', 'partner'] },
  'sim.telecomWrite.read': { allow: ['operator', 'unit-administrator', 'auditor', 'partner'] },
  'sim.telecomWrite.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'sim.telecomWrite.tell': { allow: ['operator', 'unit-administrator'] },
  // roaming: staff of the unit look after partners' files; the files themselves name subscribers
  'roaming.importFile.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.importFile.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.importFile.report': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.importFile.content': { allow: ['operator', 'unit-administrator'] },
  'roaming.importFile.handIn': { allow: ['operator', 'unit-administrator'] },
  'roaming.importFile.look': { allow: ['operator', 'unit-administrator'] },
  'roaming.importFile.release': { allow: ['operator', 'unit-administrator'] },
  'roaming.importFile.discard': { allow: ['operator', 'unit-administrator'] },
  'roaming.delivery.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.exchange.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.delivery.report': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.quarantinedRecord.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.quarantinedRecord.settle': { allow: ['operator', 'unit-administrator'] },
  'roaming.outgoingFile.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.outgoingFile.content': { allow: ['operator', 'unit-administrator'] },
  'roaming.outgoingFile.send': { allow: ['operator', 'unit-administrator'] },
  'roaming.outgoingFile.rebuild': { allow: ['operator', 'unit-administrator'] },
  'roaming.returnedRecord.list': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.returnedRecord.settle': { allow: ['operator', 'unit-administrator'] },
  // settlement: finance decides, operations closes and hands in, both read
  'roaming.day.list': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.day.report': { allow: ['finance', 'operator', 'unit-administrator'] },
  'roaming.day.close': { allow: ['operator', 'unit-administrator'] },
  'roaming.week.list': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.month.list': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.month.report': { allow: ['finance', 'operator', 'unit-administrator'] },
  'roaming.month.close': { allow: ['operator', 'unit-administrator'] },
  'roaming.settlement.list': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.settlement.read': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.settlement.statement': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.settlement.differences': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.settlement.reconciliation': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.settlement.report': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.settlement.open': { allow: ['finance'] },
  'roaming.settlement.rate': { allow: ['finance'] },
  'roaming.settlement.approve': { allow: ['finance'] },
  'roaming.settlement.reject': { allow: ['finance'] },
  'roaming.settlement.reopen': { allow: ['finance'] },
  'roaming.settlement.instruct': { allow: ['finance'] },
  'roaming.settlement.confirm': { allow: ['finance'] },
  'roaming.settlement.handInStatement': { allow: ['finance', 'operator', 'unit-administrator'] },
  'roaming.settlement.handInDetail': { allow: ['finance', 'operator', 'unit-administrator'] },
  'roaming.clearingFile.list': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.clearingFile.content': { allow: ['finance', 'unit-administrator'] },
  'roaming.day.sample': { allow: ['finance', 'unit-administrator', 'auditor'] },
  'roaming.case.list': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.case.read': { allow: ['finance', 'operator', 'unit-administrator'] },
  'roaming.case.open': { allow: ['finance', 'operator', 'unit-administrator'] },
  'roaming.case.take': { allow: ['finance', 'operator', 'unit-administrator'] },
  'roaming.case.propose': { allow: ['finance', 'operator', 'unit-administrator'] },
  'roaming.case.approve': { allow: ['finance', 'unit-administrator'] },
  'roaming.case.return': { allow: ['finance', 'unit-administrator'] },
  'roaming.case.evidence': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.case.trace': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.financeAccount.list': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.financeAccount.read': { allow: ['finance', 'operator', 'unit-administrator', 'auditor'] },
  'roaming.financeAccount.send': { allow: ['finance', 'operator', 'unit-administrator'] },
  // roaming: what another operator sees of itself; the routes take the code of its token
  'roaming.own.settlements': { allow: ['roaming-partner'] },
  'roaming.own.settlement': { allow: ['roaming-partner'] },
  'roaming.own.statement': { allow: ['roaming-partner'] },
  'roaming.own.importFiles': { allow: ['roaming-partner'] },
  'roaming.own.clearingFiles': { allow: ['roaming-partner'] },
  // roaming: subscribers; one of them (role `subscriber`) reaches itself alone, which the routes see to
  'roaming.subscriber.register': { allow: ['operator', 'unit-administrator'] },
  'roaming.subscriber.read': { allow: ['operator', 'unit-administrator', 'auditor', 'subscriber'] },
  'roaming.subscriber.reveal': { allow: ['operator', 'unit-administrator'] },
  'roaming.subscriber.setProfile': { allow: ['operator', 'unit-administrator'] },
  'roaming.subscriber.addNumber': { allow: ['operator', 'unit-administrator'] },
  'roaming.subscriber.addImsi': { allow: ['operator', 'unit-administrator'] },
  'roaming.subscriber.switch': { allow: ['operator', 'unit-administrator', 'subscriber'] },
  'roaming.subscriber.activate': { allow: ['operator', 'unit-administrator', 'subscriber'] },
  'roaming.subscriber.setLists': { allow: ['operator', 'unit-administrator', 'subscriber'] },
  'roaming.subscriber.grant': { allow: ['operator', 'unit-administrator'] },
  'roaming.subscriber.setLimits': { allow: ['operator', 'unit-administrator', 'subscriber'] },
  // a network element asks before it routes
  'roaming.subscriber.check': { allow: ['operator', 'unit-administrator', 'partner'] },
  'roaming.subscriber.observe': { allow: ['operator', 'unit-administrator', 'partner'] },
  'roaming.subscriber.spending': { allow: ['operator', 'unit-administrator', 'finance', 'auditor', 'subscriber'] },
  'roaming.subscriber.rating': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.subscriber.usage': { allow: ['operator', 'unit-administrator', 'finance', 'auditor', 'subscriber'] },
  'roaming.subscriber.bill': { allow: ['operator', 'unit-administrator', 'finance', 'auditor', 'subscriber'] },
  'roaming.subscriber.exportBill': { allow: ['operator', 'unit-administrator', 'finance', 'auditor', 'subscriber'] },
  // what something costs is agreed by who answers for the money; a second person approves it
  'roaming.agreement.list': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.agreement.read': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.agreement.readRevision': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.agreement.propose': { allow: ['unit-administrator', 'finance'] },
  'roaming.agreement.approve': { allow: ['unit-administrator', 'finance'] },
  'roaming.agreement.reject': { allow: ['unit-administrator', 'finance'] },
  'roaming.plan.list': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.plan.read': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.plan.readRevision': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.plan.propose': { allow: ['unit-administrator', 'finance'] },
  'roaming.plan.approve': { allow: ['unit-administrator', 'finance'] },
  'roaming.plan.reject': { allow: ['unit-administrator', 'finance'] },
  // where files come from and go to is the administrators’, of which one proposes and another approves
  'roaming.partner.list': { allow: ['operator', 'unit-administrator', 'system-administrator', 'finance', 'auditor'] },
  'roaming.partner.read': { allow: ['operator', 'unit-administrator', 'system-administrator', 'finance', 'auditor'] },
  'roaming.partner.readRevision': { allow: ['unit-administrator', 'system-administrator', 'auditor'] },
  'roaming.partner.propose': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.partner.approve': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.partner.reject': { allow: ['unit-administrator', 'system-administrator'] },
  // who the operators are, and whom to ask there, is known by all staff
  'roaming.operator.list': { allow: ['operator', 'unit-administrator', 'system-administrator', 'finance', 'auditor'] },
  'roaming.operator.read': { allow: ['operator', 'unit-administrator', 'system-administrator', 'finance', 'auditor'] },
  'roaming.operator.readRevision': {
    allow: ['operator', 'unit-administrator', 'system-administrator', 'finance', 'auditor'],
  },
  'roaming.operator.propose': { allow: ['operator', 'unit-administrator', 'system-administrator'] },
  'roaming.operator.approve': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.operator.reject': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.department.list': {
    allow: ['operator', 'unit-administrator', 'system-administrator', 'finance', 'auditor'],
  },
  'roaming.department.read': {
    allow: ['operator', 'unit-administrator', 'system-administrator', 'finance', 'auditor'],
  },
  'roaming.department.readRevision': { allow: ['unit-administrator', 'system-administrator', 'auditor'] },
  'roaming.department.propose': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.department.approve': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.department.reject': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.element.list': { allow: ['operator', 'unit-administrator', 'system-administrator', 'auditor'] },
  'roaming.element.read': { allow: ['operator', 'unit-administrator', 'system-administrator', 'auditor'] },
  'roaming.element.readRevision': { allow: ['unit-administrator', 'system-administrator', 'auditor'] },
  'roaming.element.propose': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.element.approve': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.element.reject': { allow: ['unit-administrator', 'system-administrator'] },
  'roaming.rerating.list': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.rerating.read': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  'roaming.rerating.start': { allow: ['unit-administrator', 'finance'] },
  'roaming.rerating.approve': { allow: ['unit-administrator', 'finance'] },
  'roaming.rerating.reject': { allow: ['unit-administrator', 'finance'] },
  'roaming.rerating.withdraw': { allow: ['unit-administrator', 'finance'] },
  'roaming.rating.explain': { allow: ['operator', 'unit-administrator', 'finance', 'auditor'] },
  // tariffs are published (seed 002 §2.1.3)
  'roaming.tariff.read': { allow: 'everyone' },
  // roaming: sums without a number of anybody; how subscribers behave is no matter of settlement (decision 0348)
  'roaming.statistics.read': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.statistics.export': { allow: ['operator', 'unit-administrator', 'auditor'] },
  'roaming.statistics.chart': { allow: ['operator', 'unit-administrator', 'auditor'] },
  // mandates: rules are for who answers for the unit; the test bench tells whether a number has a relation
  'mandates.rules.set': { allow: ['unit-administrator'], byProvince: true },
  'mandates.rules.read': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.eligibility.judge': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.relation.search': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.relation.read': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.relation.history': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.relation.reveal': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.relation.cancel': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.charge.stop': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.charge.resume': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.case.list': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.case.read': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.case.resolve': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.reconciliation.list': { allow: ['operator', 'unit-administrator', 'auditor', 'finance'], byProvince: true },
  'mandates.reconciliation.read': { allow: ['operator', 'unit-administrator', 'auditor', 'finance'], byProvince: true },
  'mandates.reconciliation.download': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.reconciliation.release': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.reconciliation.discard': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.reconciliation.repeat': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.reconciliation.handIn': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.difference.decide': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.notice.read': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.notice.resend': { allow: ['operator', 'unit-administrator'], byProvince: true },
  'mandates.difference.list': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.difference.read': { allow: ['operator', 'unit-administrator', 'auditor'], byProvince: true },
  'mandates.report.read': { allow: ['operator', 'unit-administrator', 'auditor', 'finance'], byProvince: true },
  'mandates.report.export': { allow: ['operator', 'unit-administrator', 'auditor', 'finance'], byProvince: true },
  // the web hall and a province's BOSS are programs of the carrier's own: each has its role, and may do nothing else
  'mandates.hall.open': { allow: ['web-hall'] },
  'mandates.hall.consent': { allow: ['web-hall'] },
  'mandates.hall.read': { allow: ['web-hall', 'operator', 'unit-administrator', 'auditor'] },
  // a browser on its way from hall to bank: what it carries is what lets it in
  'mandates.redirect.open': { allow: 'everyone' },
  'mandates.trigger.balance': { allow: ['province'], byProvince: true },
  'mandates.trigger.bill': { allow: ['province'], byProvince: true },
  'mandates.charging.stop': { allow: ['web-hall', 'province'] },
  'mandates.charging.resume': { allow: ['web-hall', 'province'] },
};

/** The same for WebSockets, whose client shows its token in its first message. */
export const SOCKET_RIGHTS: RightsTable = {
  // sim: cards are written with the tools that hold credentials of a device, the card service and the phone SDK
  'sim.cardService.connect': { allow: ['device'] },
};

export type Verdict = 'allowed' | 'unauthenticated' | 'denied';

/** Pure: may this caller (undefined: no token) use a route with this right? */
export const judge = (right: Right, roles: ReadonlyArray<Role> | undefined, fromLoopback: boolean): Verdict => {
  if (right.allow === 'everyone' || (right.loopback === true && fromLoopback)) return 'allowed';
  if (roles === undefined) return 'unauthenticated';
  if (right.allow === 'signed-in') return 'allowed';
  return right.allow.some((role) => roles.includes(role)) ? 'allowed' : 'denied';
};

/** Everything that is wrong between the routes and the table; empty when each has the other. */
export const tableErrors = (
  routes: ReadonlyArray<{ readonly operationId: string; readonly method: string; readonly path: string }>,
  table: RightsTable,
): ReadonlyArray<string> => {
  const ids = routes.map((route) => route.operationId);
  const places = routes.map((route) => `${route.method} ${route.path.replaceAll(/\{[^}]*\}/g, '{}')}`);
  const twice = (values: ReadonlyArray<string>) => values.filter((value, index) => values.indexOf(value) !== index);
  return [
    ...ids.filter((id) => !Object.hasOwn(table, id)).map((id) => `no row of rights for the route ${id}`),
    ...Object.keys(table)
      .filter((id) => !ids.includes(id))
      .map((id) => `no route for the row of rights ${id}`),
    ...twice(ids).map((id) => `two routes are named ${id}`),
    ...twice(places).map((place) => `two routes at ${place}`),
  ];
};
