import type { App } from 'aws-cdk-lib';
import { LEAST_WITH_WEBHOOKS } from './account-places.ts';
import { type Chosen, type DeploySettings, SETTINGS } from './deploy-settings.ts';
import type { Setting } from './setting.ts';
import { SettingError } from './setting-error.ts';

/**
 * All settings: the given ones by their names, the others by default.
 * @param given texts, as on the command line, or values of the settings' types
 * @throws SettingError that says what is wrong and what is allowed
 */
export function deploySettings(given: Record<string, unknown>): DeploySettings {
  refuseUnknown(Object.keys(given));
  const settings: [string, Setting<unknown>][] = Object.entries(SETTINGS);
  const chosen = Object.fromEntries(settings.map(([name, one]) => [name, one.read(name, given[name])])) as Chosen;
  refuseTogether(chosen);
  return {
    ...chosen,
    twitterRateLimits: {
      'account/update_profile_image': chosen.twitterImageRateLimit,
      'users/show': chosen.twitterShowRateLimit,
      'account/verify_credentials': chosen.twitterVerifyRateLimit,
    },
  };
}

/** The settings from the CDK's command line or cdk.json. The CDK's own keys there have `@`, `:`, `-` or `.`. */
export const contextSettings = (app: App): Record<string, unknown> =>
  Object.fromEntries(Object.entries(app.node.getAllContext()).filter(([name]) => /^[A-Za-z0-9]+$/.test(name)));

/** Otherwise a misspelt setting would change nothing, and nobody would know. */
function refuseUnknown(given: string[]): void {
  const unknown = given.filter((name) => !Object.hasOwn(SETTINGS, name));
  if (unknown.length > 0) {
    throw new SettingError(`there is no setting ${unknown.join(', ')}; there are ${Object.keys(SETTINGS).join(', ')}`);
  }
}

/** Refuses values that are allowed one by one, but not together. */
function refuseTogether(chosen: Chosen): void {
  refuseLoneIdentity(chosen);
  const { webhooks, accountConcurrency, monthlyBudget, alarmEmail, domainName, certificateArn } = chosen;
  if (webhooks && accountConcurrency < LEAST_WITH_WEBHOOKS) {
    throw new SettingError(
      `webhooks needs accountConcurrency of at least ${LEAST_WITH_WEBHOOKS}, and it is ${accountConcurrency}: Lambda gives a queue two places at the least, and those of uploads are not to be taken. Ask AWS for more (Service Quotas, Lambda)`,
    );
  }
  if (monthlyBudget !== undefined && alarmEmail === undefined) {
    throw new SettingError('monthlyBudget needs alarmEmail: there is nobody to tell');
  }
  if ((domainName === undefined) !== (certificateArn === undefined)) {
    throw new SettingError('domainName and certificateArn go together: give both or neither');
  }
  const { slackMinSidePx, slackMaxSidePx } = chosen;
  if (slackMinSidePx > slackMaxSidePx) {
    throw new SettingError(`slackMinSidePx is ${slackMinSidePx}; it must be at most slackMaxSidePx, ${slackMaxSidePx}`);
  }
}

/** A provider's settings are useless without its issuer, and an issuer without an audience. */
function refuseLoneIdentity({ oidcIssuer, oidcAudience, oidcClientId, oidcOrigins, oidcAdminClaim }: Chosen): void {
  if (oidcIssuer === undefined) {
    const lone = Object.entries({ oidcAudience, oidcClientId, oidcOrigins, oidcAdminClaim }).find(
      ([, given]) => given !== undefined && given.length > 0,
    );
    if (lone !== undefined) throw new SettingError(`${lone[0]} needs oidcIssuer: it says whose tokens are taken`);
  } else if (oidcAudience.length === 0 && oidcClientId === undefined) {
    throw new SettingError('oidcIssuer needs oidcAudience or oidcClientId: a token for anybody else is not for us');
  }
}
