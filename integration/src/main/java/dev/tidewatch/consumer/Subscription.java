package dev.tidewatch.consumer;

import java.util.Set;

/** The topics that a consumer of a group reads. */
record Subscription(String groupId, Set<String> topics) {
}
