import { follower, type Follower } from '../../replication/follow.ts';
import type { FeedContext } from './feed-context.ts';
import { directoryFeed } from './directory.ts';
import { ratesFeed } from './rates.ts';

/** Every kind of data that is copied. */
export const feedsOf = (context: FeedContext): readonly Follower[] => [
  follower(directoryFeed(context)),
  follower(ratesFeed(context)),
];
