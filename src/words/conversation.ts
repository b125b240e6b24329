/** No conversation is longer: a week, the most that call.maxTalkSeconds may be. */
export const longestConversationSeconds = 604_800;
export const longestConversationMs = longestConversationSeconds * 1000;
