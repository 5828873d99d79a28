/** What the simulated partner and our subscribers have agreed to, as the documents that a node takes over at its first start. */

const SINCE = '2020-01-01';
const rounding = { charge: 'halfUp', discount: 'down', tax: 'halfUp' };
const rate = (name: string, service: string, direction: string, units: number, price: string) => ({
  ...{ name, service, direction },
  first: { units, price },
  following: { units, price },
});

export const simulatedAgreement = (home: string, visited: string): unknown => ({
  id: `${home}-${visited}`,
  home,
  visited,
  terms: [
    {
      version: 1,
      validFrom: SINCE,
      currency: 'XDR',
      decimals: 3,
      rounding,
      rates: [
        rate('calls-made', 'voice', 'originating', 60, '0.48'),
        rate('calls-received', 'voice', 'terminating', 1, '0.002'),
        rate('messages', 'sms', 'originating', 1, '0.06'),
        rate('data', 'data', 'originating', 1_024, '0.000021'),
      ],
    },
  ],
});

export const simulatedPlan = (visited: string): unknown => ({
  id: 'TRAVEL',
  packages: [],
  tariffs: [
    {
      networks: [visited],
      terms: [
        {
          version: 1,
          validFrom: SINCE,
          currency: 'CNY',
          decimals: 2,
          rounding,
          rates: [
            rate('calls-made', 'voice', 'originating', 60, '0.99'),
            rate('calls-received', 'voice', 'terminating', 60, '0.30'),
            rate('messages', 'sms', 'originating', 1, '0.29'),
            rate('data', 'data', 'originating', 10_240, '0.0025'),
          ],
        },
      ],
    },
  ],
});
