import { App } from 'aws-cdk-lib';
import { TeamStack } from './team-stack.ts';

new TeamStack(new App(), 'Team');
