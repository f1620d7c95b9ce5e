import { App } from 'aws-cdk-lib';
import { CachesStack } from '../lib/caches-stack';

const app = new App();
new CachesStack(app, 'Caches', { env: { account: '111111111111', region: 'eu-west-1' } });
