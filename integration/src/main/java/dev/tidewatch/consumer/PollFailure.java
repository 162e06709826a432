package dev.tidewatch.consumer;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.springframework.core.NestedExceptionUtils;

/**
 * Why a consumer cannot poll.
 *
 * @param cause  without data
 * @param denied whether Kafka denies it the group or a topic
 * @param unauthenticated whether Kafka rejects the login, or its certificate is not trusted; the watch of the brokers reports that
 * @param topics the topics that are denied; empty if the failure concerns all of them
 * @param since  the first such failure
 * @param last   the last such failure
 */
record PollFailure(String cause, boolean denied, boolean unauthenticated, Set<String> topics, Instant since, Instant last) {

    static PollFailure of(Throwable failure, Instant now) {
        Throwable cause = cause(failure);
        Set<String> topics = cause instanceof TopicAuthorizationException denied ? denied.unauthorizedTopics() : Set.of();
        return new PollFailure(words(cause), cause instanceof AuthorizationException, cause instanceof AuthenticationException, topics,
                now, now);
    }

    /** The error that Kafka answers, or else the most specific cause. */
    private static Throwable cause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiException) {
                return cause;
            }
        }
        return NestedExceptionUtils.getMostSpecificCause(failure);
    }

    /** A failure in words: the denied resource, or the simple name of the class. */
    private static String words(Throwable failure) {
        if (failure instanceof GroupAuthorizationException denied) {
            return "READ on group " + denied.groupId() + " is denied";
        } else if (failure instanceof TopicAuthorizationException denied) {
            return "READ on topic " + String.join(", ", new TreeSet<>(denied.unauthorizedTopics())) + " is denied";
        }
        return failure.getClass().getSimpleName();
    }

    PollFailure again(Instant now) {
        return new PollFailure(cause, denied, unauthenticated, topics, since, now);
    }

    boolean concerns(String topic) {
        return topics.isEmpty() || topics.contains(topic);
    }
}
