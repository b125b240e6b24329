import { follower, type Follower } from '../../replication/follow.ts';
import type { FeedContext } from './feed-context.ts';
import { directoryFeed } from './directory.ts';
import { ratesFeed } from './rates.ts';

/** Everything that is copied: a new kind of data is one more line. */
export const feedsOf = (context: FeedContext): readonly Follower[] => [
  follower(directoryFeed(context)),
  follower(ratesFeed(context)),
];
