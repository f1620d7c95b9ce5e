import { Stack, StackProps } from 'aws-cdk-lib';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';

export class CachesStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    new CfnServerlessCache(this, 'LoginState', {
      engine: 'valkey',
      serverlessCacheName: 'login-state',
    });
  }
}
