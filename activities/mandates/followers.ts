import { chargeFollower } from './charge-follower.ts';
import { hallFollower } from './hall-follower.ts';
import { numberFollower } from './number-follower.ts';

/** What begins or goes on because the actors of mandates have written something. */
export const mandateFollowers = [numberFollower, chargeFollower, hallFollower];
