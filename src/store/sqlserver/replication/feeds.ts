import { follower, type Follower } from '../../replication/follow.ts';
import type { FeedContext } from './feed-context.ts';
import { callsFeed } from './calls.ts';
import { directoryFeed } from './directory.ts';
import { ratesFeed } from './rates.ts';

/** Every kind of data that is copied. */
export type Feeds = { directory: Follower; rates: Follower; calls: Follower };

export const feedsOf = (context: FeedContext): Feeds => ({
  directory: follower(directoryFeed(context)),
  rates: follower(ratesFeed(context)),
  calls: follower(callsFeed(context)),
});
