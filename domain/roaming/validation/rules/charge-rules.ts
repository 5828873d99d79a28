import { between, LETTER, notNumber } from '../forms.ts';
import {
  CHECK,
  missing,
  type Rule,
  range,
  rule,
  SINCE_0310,
  SINCE_0311,
  syntax,
  UNCONFIRMED,
  UNTIL_0310,
} from '../rule.ts';
import { CHARGE_TYPE_FORM, CHARGE_TYPE_FORM_OLD, isReserved, isReservedOld } from './charge-types.ts';
import { CALLS, CONFIRMED, MOC, severe } from './places.ts';

/** Rows of TD.57 about what a record charges. A severe one returns the record. */
const OLD = { versions: UNTIL_0310 };
const NEW = { versions: SINCE_0311 };
export const CHARGE_RULES: readonly Rule[] = [
  severe('chargeInformation', 30, CALLS, missing('ChargeInformation', 'chargedItem'), 'what is charged is missing'),
  severe('chargeInformation', 31, CALLS, missing('ChargeInformation', 'chargeDetailList'), 'its details are missing'),
  severe('chargeInformation', 32, CALLS, CHECK, 'a charge above zero without the code of an exchange rate'),
  severe('chargeInformation', 33, CALLS, CHECK, 'no total charge, type 00'),
  severe('chargeInformation', 34, CALLS, CHECK, 'more than one total charge, type 00'),
  severe('chargeDetail', 30, CALLS, missing('ChargeDetail', 'chargeType'), 'its type is missing'),
  severe('chargeDetail', 31, CALLS, missing('ChargeDetail', 'charge'), 'its charge is missing'),
  severe('chargeType', 10, CALLS, syntax(CHARGE_TYPE_FORM), 'not two digits', NEW),
  severe('chargeType', 20, CALLS, range(notNumber('not reserved', isReserved)), 'a reserved type', NEW),
  severe('chargeType', 10, CALLS, syntax(CHARGE_TYPE_FORM_OLD), 'not two or three digits', OLD),
  severe('chargeType', 20, CALLS, range(notNumber('not reserved', isReservedOld)), 'a reserved type', OLD),
  severe('charge', 20, CALLS, range(between(0)), 'below zero'),
  severe('chargedItem', 10, CALLS, syntax(LETTER), 'not one capital letter'),
  severe('chargeableUnits', 20, CALLS, range(between(0)), 'below zero', CONFIRMED),
  severe('chargedUnits', 20, CALLS, range(between(0)), 'below zero'),
  severe('exchangeRateCode', 101, CALLS, CHECK, 'a code that the accounting information does not have', CONFIRMED),
  severe('exchangeRateCode', 200, CALLS, CHECK, 'a rate below the expected one: too many SDR are charged', CONFIRMED),
  rule('exchangeRateCode', 202, 'warning', CALLS, CHECK, 'a rate above the expected one: too few SDR are charged'),
  severe('taxInformation', 30, CALLS, missing('TaxInformation', 'taxCode'), 'the code of the tax is missing'),
  severe('taxInformation', 31, CALLS, missing('TaxInformation', 'taxValue'), 'the tax is missing'),
  severe('taxCode', 100, CALLS, CHECK, 'a code that the accounting information does not have', CONFIRMED),
  severe('taxCode', 200, CALLS, CHECK, 'a rate that is not agreed upon', CONFIRMED),
  severe('taxValue', 20, CALLS, range(between(0)), 'below zero', CONFIRMED),
  severe('taxValue', 22, CALLS, CHECK, 'not the rate of what is taxed, by more than 0.02', { versions: SINCE_0310 }),
  severe('taxableAmount', 20, CALLS, range(between(0)), 'below zero'),
  severe(
    'discountInformation',
    30,
    CALLS,
    missing('DiscountInformation', 'discountCode'),
    'the code of the discount is missing',
    CONFIRMED,
  ),
  severe('discountInformation', 31, CALLS, CHECK, 'a discount by rate without its value', CONFIRMED),
  severe('discountCode', 100, CALLS, CHECK, 'a code that the accounting information does not have'),
  severe('discount', 20, CALLS, range(between(0)), 'below zero'),
  severe('camelInvocationFee', 20, CALLS, range(between(0)), 'below zero', { ...UNCONFIRMED, ...NEW }),
  severe('callTypeGroup', 30, MOC, missing('CallTypeGroup', 'callTypeLevel1'), 'level 1 is missing', CONFIRMED),
  severe('callTypeGroup', 31, MOC, missing('CallTypeGroup', 'callTypeLevel2'), 'level 2 is missing', CONFIRMED),
  severe('callTypeGroup', 32, MOC, missing('CallTypeGroup', 'callTypeLevel3'), 'level 3 is missing', CONFIRMED),
];
