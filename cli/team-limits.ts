import { type Command, InvalidArgumentError } from 'commander';
import { MAX_BURST, MAX_PER_MINUTE, SLACK_TIERS, type SlackTier } from '../lambdas/core/slack-rate-limits.ts';
import type { Team } from '../lambdas/core/user.ts';

/** The options of `headshot teams limits`: a rate and a burst for each of Slack's tiers. */
export interface LimitOptions {
  tier2?: number;
  tier2Burst?: number;
  tier4?: number;
  tier4Burst?: number;
  special?: number;
  specialBurst?: number;
  defaults?: boolean;
}

const METHODS: Record<SlackTier, string> = {
  tier2: 'users.setPhoto and users.deletePhoto',
  tier4: 'users.info and users.profile.get',
  special: 'auth.test',
};

export function addLimitOptions(command: Command): Command {
  for (const [tier, methods] of Object.entries(METHODS)) {
    const { perMinute, burst } = SLACK_TIERS[tier as SlackTier];
    command
      .option(`--${tier} <calls>`, `calls a minute of ${methods} (Slack: ${perMinute})`, upTo(MAX_PER_MINUTE))
      .option(`--${tier}-burst <calls>`, `calls at once (default: ${burst})`, upTo(MAX_BURST));
  }
  return command.option('--defaults', 'go back to the defaults first');
}

/** A team's limits after a command. */
export function readLimits(given: LimitOptions, before: Team['limits']): Team['limits'] {
  const limits: Team['limits'] = given.defaults ? {} : { ...before };
  for (const [tier, perMinute, burst] of [
    ['tier2', given.tier2, given.tier2Burst],
    ['tier4', given.tier4, given.tier4Burst],
    ['special', given.special, given.specialBurst],
  ] as const) {
    if (perMinute === undefined && burst === undefined) continue;
    const now = limits[tier] ?? SLACK_TIERS[tier];
    limits[tier] = { perMinute: perMinute ?? now.perMinute, burst: burst ?? now.burst };
  }
  return limits;
}

const upTo = (max: number) => (text: string) => {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > max) throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  return number;
};
