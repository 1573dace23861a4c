import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import type { DeploySettings } from './deploy-settings.ts';

/** Per cent of the budget, of what is spent, and of what AWS expects of the month (once it has some five weeks to go by). */
const THRESHOLDS = [
  { notificationType: 'ACTUAL', threshold: 80 },
  { notificationType: 'ACTUAL', threshold: 100 },
  { notificationType: 'FORECASTED', threshold: 100 },
] as const;

/**
 * Mails when the account's month costs so much: of everything in it, not of this service alone (a tag would have to be activated by hand to
 * count by), and hours late (AWS Cost Management's guide, "Best practices for AWS Budgets"). It stops nothing.
 */
export function budget(scope: Construct, { monthlyBudget, alarmEmail }: DeploySettings): void {
  if (monthlyBudget === undefined || alarmEmail === undefined) return;
  new CfnBudget(scope, 'Budget', {
    budget: {
      // An account's budgets share their names, in whatever region the stack is.
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
