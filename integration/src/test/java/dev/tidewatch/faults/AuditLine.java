package dev.tidewatch.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A line of the audit trail that a consumer wrote.
 *
 * @param topic topic of its record
 * @param mark what happened, as a unique text: {@code LOGOUT <user name>}, {@code UPDATE users <user name> <failed_logins>}
 */
record AuditLine(String topic, int partition, long offset, String mark) {

    static final String USER_EVENTS = "user-events";
    static final String DATABASE_CHANGES = "tidb-cdc-events";

    /** Reads a line of stdout; empty for other lines and for recognised duplicates. */
    static Optional<AuditLine> of(JsonNode line) {
        String mark = switch (line.path("source").asText()) {
            case "kafka-user-events" -> eventMark(line.path("event").asText(), line.path("username").asText());
            case "TiDB-CDC" -> changeMark(line);
            default -> null;
        };
        if (mark == null || line.path("duplicate").asBoolean()) {
            return Optional.empty();
        }
        return Optional.of(new AuditLine(line.path("topic").asText(), line.path("partition").asInt(), line.path("offset").asLong(), mark));
    }

    static String eventMark(String action, String username) {
        return action + " " + username;
    }

    /** A change of a row of {@code users}; its column {@code failed_logins} counts the versions of a row. */
    static String userMark(String operation, String username, long version) {
        return operation + " users " + username + " " + version;
    }

    static String tokenMark(String operation, long id) {
        return operation + " access_tokens " + id;
    }

    private static String changeMark(JsonNode line) {
        String operation = line.path("operation").asText();
        JsonNode data = line.path("data");
        return operation.equals("DDL") ? null : switch (line.path("table").asText()) {
            case "users" -> userMark(operation, data.path("username").asText(), data.path("failed_logins").asLong());
            case "access_tokens" -> tokenMark(operation, data.path("id").asLong());
            default -> null;
        };
    }
}
