import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import type { DeploySettings } from './deploy-settings.ts';

/** Per cent of the budget: spent, and forecast by AWS for the month (once it has about five weeks of data). */
const THRESHOLDS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

/**
 * Sends mail when the account's month costs so much. It counts the whole account and not only this service, since a tag
 * would have to be activated by hand. It is hours late (AWS Cost Management's guide, "Best practices for AWS Budgets"),
 * and stops nothing.
 */
export function budget(scope: Construct, { monthlyBudget, alarmEmail }: DeploySettings): void {
  if (monthlyBudget === undefined || alarmEmail === undefined) return;
  new CfnBudget(scope, 'Budget', {
    budget: {
      // Budgets have names of the account, whatever the stack's region.
      budgetName: accountWideName(scope, 'Budget'),
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: monthlyBudget, unit: 'USD' },
    },
    notificationsWithSubscribers: THRESHOLDS.map((one) => ({
      notification: { ...one, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
      subscribers: [{ subscriptionType: 'EMAIL', address: alarmEmail }],
    })),
  });
}
