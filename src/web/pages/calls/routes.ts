import { areas } from '../../access/areas.ts';
import { get, post, type Route } from '../../route.ts';
import { callList } from './list.ts';
import { endCall, endPage, liveEvents, livePage } from './live.ts';
import { accountPage, setAccountByForm } from './live-account.ts';
import { assign, assignPage, myCalls } from './my-calls.ts';
import { moveCall, storyPage } from './story.ts';

export const callRoutes: readonly Route[] = [
  get('/calls', areas.calls, callList),
  get('/calls/:callId', areas.calls, (visit) => storyPage(visit)),
  post('/calls/:callId/move', areas.callChanges, moveCall),
  get('/live', areas.live, livePage),
  get('/live/events', areas.live, liveEvents),
  get('/live/:callId/account', areas.callChanges, (visit) => accountPage(visit)),
  post('/live/:callId/account', areas.callChanges, setAccountByForm),
  get('/live/:callId/end', areas.callChanges, endPage),
  post('/live/:callId/end', areas.callChanges, endCall),
  get('/my-calls', areas.own, myCalls),
  get('/my-calls/:callId', areas.own, (visit) => assignPage(visit)),
  post('/my-calls/:callId', areas.own, (visit) => visit.parts.inTurn('my-calls', () => assign(visit))),
];
