import { areas } from '../../access/areas.ts';
import { get, open, post, type Route } from '../../route.ts';
import { callList } from './list.ts';
import { endCall, endPage, liveEvents, livePage } from './live.ts';
import { accountPage, setAccountByForm } from './live-account.ts';
import { assignByLink, assignOwn, linkedCallPage, linkedCalls, myCalls, ownCallPage } from './my-calls.ts';
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
  get('/my-calls/:callId', areas.own, ownCallPage),
  post('/my-calls/:callId', areas.own, assignOwn),
  open('GET', '/my-calls/by-link/:link', linkedCalls),
  open('GET', '/my-calls/by-link/:link/:callId', linkedCallPage),
  open('POST', '/my-calls/by-link/:link/:callId', assignByLink),
];
