package dev.tidewatch.embedded;

import com.fasterxml.jackson.databind.JsonNode;

/** A message of a changefeed. */
record Message(int partition, long offset, String key, int headers, JsonNode value) {

    boolean isWatermark() {
        return value.get("type").asText().equals("TIDB_WATERMARK");
    }

    boolean isDdl() {
        return value.get("isDdl").asBoolean();
    }

    String type() {
        return value.get("type").asText();
    }

    String table() {
        return value.get("database").asText() + "." + value.get("table").asText();
    }

    /** The TSO of the commit or of the watermark. */
    long tso() {
        JsonNode extension = value.get("_tidb");
        return extension.get(isWatermark() ? "watermarkTs" : "commitTs").longValue();
    }

    JsonNode data() {
        return value.get("data").get(0);
    }

    /** Identifies a change, as a consumer does to recognise duplicates. */
    String identity() {
        StringBuilder identity = new StringBuilder(table()).append('|').append(tso()).append('|').append(type());
        if (isDdl()) {
            return identity.append('|').append(value.get("sql").asText()).toString();
        }
        for (JsonNode column : value.get("pkNames")) {
            identity.append('|').append(data().get(column.asText()).asText());
        }
        return identity.toString();
    }
}
